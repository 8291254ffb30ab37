import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../scripts/servers/programs.mjs';
import { unpacked } from '../../scripts/setup/test-programs.mjs';

/** A file of an unpacked package, by its path where it would be installed; undefined where it is not unpacked. */
export function unpackedFile(path: string): string | undefined {
  const file = join(unpacked, path);
  return existsSync(file) ? file : undefined;
}

/**
 * A program that only tests need: the unpacked one, else what is installed.
 * @returns the words that run it
 */
export function testProgram(name: string): readonly [string, ...string[]] {
  const own = unpackedFile(join('usr/sbin', name)) ?? unpackedFile(join('usr/bin', name));
  if (own !== undefined) return ['env', `LD_LIBRARY_PATH=${libraryDirectories().join(':')}`, own];
  const installed = findProgram(name);
  if (installed === undefined) throw new Error(`there is no ${name}: npm run setup unpacks what the tests need`);
  return [installed];
}

/** Where the unpacked programs' own libraries are: those that the system has not got. */
export function libraryDirectories(): string[] {
  return ['lib', 'usr/lib'].flatMap((parent) => {
    const directory = unpackedFile(parent);
    const names = directory === undefined ? [] : readdirSync(directory).filter((name) => name.includes('-linux-'));
    return names.map((name) => join(unpacked, parent, name));
  });
}
