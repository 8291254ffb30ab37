import type { DatabaseHook } from '../hook.ts';
import { entrySchema } from './file-schema.ts';
import { keyText } from './key-path.ts';
import { validate } from './validate.ts';

/** What is wrong with an entry that was put together from archive, configuration and call; empty when it is valid. */
export function entryProblems(hook: DatabaseHook, entry: unknown): string[] {
  return validate(entrySchema(hook), entry, (path) => ({ path, what: 'is not known' })).map(
    ({ path, what }) => `${path.map(String).map(keyText).join('.')}: ${what}`,
  );
}
