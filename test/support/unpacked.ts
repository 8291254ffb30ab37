import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../scripts/servers/programs.mjs';
import { unpacked } from '../../scripts/setup/test-programs.mjs';

/**
 * A program that only tests need: the unpacked one, else what is installed.
 * @returns its absolute path
 */
export function testProgram(name: string): string {
  const candidates = ['usr/sbin', 'usr/bin'].map((directory) => join(unpacked, directory, name));
  const path = candidates.find((candidate) => existsSync(candidate)) ?? findProgram(name);
  if (path === undefined) throw new Error(`there is no ${name}: npm run setup unpacks what the tests need`);
  return path;
}

/** A file of an unpacked package, by its absolute path where it would be installed; undefined where it is not unpacked. */
export function unpackedFile(path: string): string | undefined {
  const file = join(unpacked, path);
  return existsSync(file) ? file : undefined;
}

/** Where the unpacked programs' own libraries are. */
export function libraryDirectories(): string[] {
  const parents = ['lib', 'usr/lib']
    .map((directory) => join(unpacked, directory))
    .filter((parent) => existsSync(parent));
  return parents.flatMap((parent) =>
    readdirSync(parent)
      .filter((name) => name.includes('-linux-'))
      .map((name) => join(parent, name)),
  );
}
