/** Packs every package, installs the tarballs in an empty project, and uses them there: import, require, type-check. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orFail } from './setup/or-fail.mjs';
import { run } from './setup/run.mjs';
import { ensureBuild, packageDirectories, pnpm, root } from './setup/workspace.mjs';

const project = mkdtempSync(join(tmpdir(), 'dumpstream-pack-'));
const fixtures = join(root, 'scripts/pack-check');
const packages = packageDirectories('packages');

async function pack() {
  for (const directory of packages) await pnpm('--dir', join(root, directory), 'pack', '--pack-destination', project);
  return readdirSync(project).filter((file) => file.endsWith('.tgz'));
}

/** @param {string[]} tarballs */
async function install(tarballs) {
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const files = tarballs.map((file) => `./${file}`);
  // Nothing but the tarballs is needed, so nothing is to be fetched.
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...files], { cwd: project });
}

async function load() {
  const names = packages.map(
    (directory) => JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')).name,
  );
  cpSync(join(fixtures, 'exports.mjs'), join(project, 'exports.mjs'));
  await run(process.execPath, ['exports.mjs', ...names], { cwd: project });
}

async function typeCheck() {
  for (const extension of ['.mts', '.cts']) {
    cpSync(join(fixtures, 'consumer.ts'), join(project, `consumer${extension}`));
  }
  for (const module of ['nodenext', 'node16']) {
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022', '--module', module];
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const tsc = join(root, 'node_modules/.bin/tsc');
    await run(tsc, [...strict, ...types, 'consumer.mts', 'consumer.cts'], { cwd: project });
  }
}

await orFail('pack check', async () => {
  try {
    await ensureBuild();
    await install(await pack());
    await load();
    await typeCheck();
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
