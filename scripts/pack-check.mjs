/** Packs every package, looks at the tarballs, installs them in an empty project, and uses them there: import, require, type-check. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { inPackedProject } from './pack-check/packed-project.mjs';
import { checkTarballs } from './pack-check/tarballs.mjs';
import { orFail } from './setup/or-fail.mjs';
import { run } from './setup/run.mjs';
import { root } from './setup/workspace.mjs';

const fixtures = join(root, 'scripts/pack-check');

/**
 * @param {string} project
 * @param {string[]} names
 */
async function load(project, names) {
  cpSync(join(fixtures, 'exports.mjs'), join(project, 'exports.mjs'));
  await run(process.execPath, ['exports.mjs', ...names], { cwd: project });
}

/** @param {string} project */
async function typeCheck(project) {
  for (const extension of ['.mts', '.cts']) {
    cpSync(join(fixtures, 'consumer.ts'), join(project, `consumer${extension}`));
  }
  // The oldest of TypeScript's settings for Node, which is strict about the two module systems.
  const settings = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022', '--module', 'node16'];
  // What is bundled into the declarations takes long to check; were something missing, the consumer's own check would fail.
  const types = ['--skipLibCheck', '--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const tsc = join(root, 'node_modules/.bin/tsc');
  await run(tsc, [...settings, ...types, 'consumer.mts', 'consumer.cts'], { cwd: project });
}

await orFail('pack check', () =>
  inPackedProject(async (project, names) => {
    await checkTarballs(project, names);
    await load(project, [...names, '@dumpstream/core/testing']);
    await typeCheck(project);
  }),
);
