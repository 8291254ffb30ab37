/** Copied into a project in which the packed packages are installed: what they export, the same by `import` and `require`. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

for (const name of process.argv.slice(2)) {
  const imported = Object.keys(await import(name)).sort();
  assert.deepEqual(Object.keys(require(name)).sort(), imported, `${name} exports two different lists`);
  assert.notEqual(imported.length, 0, `${name} exports nothing`);
  console.log(`${name}: ${imported.join(', ')}`);
}
