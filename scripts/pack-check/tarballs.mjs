/** The tarballs as a registry would get them: what is in them, and how every module system finds its way into them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from '../setup/run.mjs';
import { root } from '../setup/workspace.mjs';

/**
 * @param {string} project in which the tarballs lie, and are installed
 * @param {readonly string[]} names of the packages
 */
export async function checkTarballs(project, names) {
  for (const name of names) checkContent(join(project, 'node_modules', name), name);
  for (const file of readdirSync(project).filter((entry) => entry.endsWith('.tgz'))) {
    await lint(join(project, file));
    await run(join(root, 'node_modules/.bin/attw'), [join(project, file), '--quiet']);
  }
}

/** All that is ever published. */
const published = new Set(['CHANGELOG.md', 'LICENSE', 'README.md', 'config.schema.json', 'dist', 'package.json']);

/** @param {string} directory @param {string} name */
function checkContent(directory, name) {
  const entries = readdirSync(directory);
  for (const needed of ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist']) {
    assert.ok(entries.includes(needed), `${name} is packed without ${needed}`);
  }
  const others = entries.filter((entry) => !published.has(entry) && entry !== 'node_modules');
  assert.deepEqual(others, [], `${name} is packed with what nobody needs`);
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  assert.equal(manifest.sideEffects, false, `${name} does not say that importing it has no side effects`);
  assert.equal(JSON.stringify(manifest).includes('workspace:'), false, `${name} asks for packages of this workspace`);
  assert.deepEqual(manifest.dependencies ?? {}, {}, `${name} has run-time dependencies`);
}

/** @param {string} tarball */
async function lint(tarball) {
  const bytes = readFileSync(tarball);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true });
  const found = messages.map((message) => formatMessage(message, pkg, { color: false }));
  assert.deepEqual(found, [], `publint on ${tarball}`);
}
