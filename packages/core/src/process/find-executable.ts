import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { BackupError } from '../errors.ts';

/**
 * The file that a command's name stands for on the host's `PATH`, now: nothing is remembered between calls.
 * @throws BackupError COMMAND_MISSING
 */
export async function findExecutable(name: string, path = process.env.PATH ?? ''): Promise<string> {
  const candidates = name.includes('/')
    ? [name]
    : path
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => join(folder, name));
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  throw new BackupError('COMMAND_MISSING', `the command ${name} was not found`, {
    hint: name.includes('/')
      ? 'check that the file exists and may be executed'
      : `install the package that has ${name}, or put its directory on PATH`,
  });
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
