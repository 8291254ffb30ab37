/**
 * Writes `dist/THIRD-PARTY-LICENSES.txt`: the licence of every package that is bundled into the package in the current
 * directory, as those licences ask. Uses tsup's metafiles and removes them.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param {string} file @returns {string} the directory of the package that the file belongs to */
function packageOf(file) {
  let directory = dirname(file);
  // Some packages mark sub-directories with a package.json that has no name.
  while (!(existsSync(join(directory, 'package.json')) && manifest(directory).name)) directory = dirname(directory);
  return directory;
}

/** @param {string} directory @returns {{ name?: string, version?: string, license?: string }} */
function manifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/** @param {string} directory */
function notice(directory) {
  const { name, version, license } = manifest(directory);
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} is bundled but has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
}

const metafiles = readdirSync('dist').filter((file) => /^metafile-.*\.json$/.test(file));
const inputs = metafiles.flatMap((file) => Object.keys(JSON.parse(readFileSync(join('dist', file), 'utf8')).inputs));
const bundled = new Set(inputs.filter((input) => input.includes('node_modules/')).map(packageOf));
writeFileSync(
  'dist/THIRD-PARTY-LICENSES.txt',
  [...bundled]
    .sort()
    .map(notice)
    .join(`\n${'-'.repeat(80)}\n\n`),
);
for (const file of metafiles) rmSync(join('dist', file));
