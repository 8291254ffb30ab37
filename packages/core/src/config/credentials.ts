import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a reference asks for is not there; the message says what and where, never a value. */
export class Missing extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The value of `{credential KIND ARGUMENT}`: of a file, or of what systemd has put into `$CREDENTIALS_DIRECTORY`. Line ends
 * at its end are cut off.
 * @param directory from which the path of a file leads
 * @throws Missing also for an empty one, which is hardly what is meant
 */
export async function readCredential(kind: string, argument: string, directory: string): Promise<string> {
  if (kind !== '' && kind !== 'file' && kind !== 'systemd') {
    throw new Missing(`{credential ${kind} …} is not supported`, form);
  }
  if (kind === '' || argument === '') throw new Missing('a reference to a credential is incomplete', form);
  const path = kind === 'file' ? resolve(directory, argument.replace(/^~(?=\/)/, homedir())) : systemdPath(argument);
  const value = (await readText(path)).replace(/(\r?\n)+$/, '');
  if (value === '') throw new Missing(`the file ${path} of a credential is empty`);
  return value;
}

const form = 'write {credential file PATH} or {credential systemd NAME}';

function systemdPath(name: string): string {
  if (!/^(?!\.{1,2}$)[\w.:@-]+$/.test(name))
    throw new Missing(`${JSON.stringify(name)} cannot be a systemd credential`);
  const { CREDENTIALS_DIRECTORY: directory } = process.env;
  if (directory !== undefined && directory !== '') return join(directory, name);
  throw new Missing(
    `the systemd credential ${name} is looked for in $CREDENTIALS_DIRECTORY, which is not set`,
    `run as a service whose unit has LoadCredential=${name}:…`,
  );
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Missing(`the file ${path} of a credential cannot be read: ${code ?? message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Missing(`the file ${path} of a credential is not a text in UTF-8`);
  }
}
