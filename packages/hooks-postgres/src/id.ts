import { randomBytes } from 'node:crypto';

/** Of one attempt to dump or to restore: 16 hexadecimal digits, so that it is the key of an advisory lock as well. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}
