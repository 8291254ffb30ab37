/**
 * Makes the built declarations of the package in the current directory stand on their own: typebox's declarations, as far
 * as they are reached, are copied beside them, once for each module system. Flattening them into one file, as bundlers of
 * declarations do, gives names that clash.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const relativeImport = /(\bfrom |\bimport\()(['"])(\.[^'"]+)\.mjs\2/g;
const typeboxImport = /(\bfrom |\bimport\()(['"])typebox\2/g;

const entry = createRequire(resolve('package.json'))
  .resolve('typebox')
  .replace(/\.mjs$/, '.d.mts');
const root = dirname(entry);

/** @type {Map<string, string>} declaration file → its text */
const reached = new Map();
const waiting = [entry];
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (reached.has(file)) continue;
  const text = readFileSync(file, 'utf8');
  reached.set(file, text);
  for (const [, , , path] of text.matchAll(relativeImport)) waiting.push(join(dirname(file), `${path}.d.mts`));
}

for (const [declaration, script] of [
  ['.d.ts', '.js'],
  ['.d.cts', '.cjs'],
]) {
  for (const [file, text] of reached) {
    const target = join('dist/typebox', relative(root, file).replace(/\.d\.mts$/, `${declaration}`));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text.replace(relativeImport, `$1$2$3${script}$2`));
  }
  const index = `dist/index${declaration}`;
  const text = readFileSync(index, 'utf8').replace(typeboxImport, `$1$2./typebox/index${script}$2`);
  const foreign = /(?:\bfrom |\bimport\()['"](?!\.|node:)([^'"]+)/.exec(text);
  if (foreign) throw new Error(`${index} needs the types of ${foreign[1]}, which is bundled and not installed with it`);
  writeFileSync(index, text);
}
copyFileSync(join(root, '..', 'license'), 'dist/typebox/LICENSE');
