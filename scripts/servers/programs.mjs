/** Where the servers' programs are: Debian keeps PostgreSQL's out of `PATH`, and `/usr/sbin` out of an ordinary user's. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @param {string} name
 * @returns {string | undefined} absolute path
 */
export function findProgram(name) {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', ...postgresDirectories()];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/**
 * @param {string} name
 * @returns {string} absolute path
 */
export function program(name) {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed: npm run setup installs what is missing`);
  return path;
}

/** Newest first. */
function postgresDirectories() {
  const root = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
