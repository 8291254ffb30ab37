/** The workspace's dependencies and builds, each renewed when what it is made of has changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

export const root = join(import.meta.dirname, '..', '..');

/** Installs what the lock file names. Two at once are no trouble, and a second one is quick. */
export function ensureDependencies() {
  return withLock(join(root, 'package.json'), installDependencies);
}

/** The same, and builds every package. */
export function ensureBuild() {
  return withLock(join(root, 'package.json'), async () => {
    await installDependencies();
    const sources = packageDirectories('packages').flatMap((directory) => [
      ...filesUnder(join(directory, 'src')),
      join(directory, 'tsup.config.ts'),
      join(directory, 'tsconfig.json'),
    ]);
    const inputs = [...sources, ...filesUnder('scripts/build'), 'tsconfig.base.json', ...dependencyInputs()];
    const outputs = packageDirectories('packages').map((directory) => join(directory, 'dist/index.js'));
    await whenChanged('build', inputs, outputs, () =>
      pnpm(['--recursive', '--filter', './packages/*', 'run', 'build']),
    );
  });
}

function installDependencies() {
  return whenChanged('dependencies', dependencyInputs(), ['node_modules/.modules.yaml'], () =>
    pnpm(['install', '--frozen-lockfile']),
  );
}

/**
 * Runs pnpm as the workspace pins it, by npx: nothing has to be installed for it.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function pnpm(args, options = {}) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // CI: it asks nothing.
  const env = { ...process.env, CI: 'true' };
  await run('npx', ['--yes', packageManager, ...args], { cwd: root, env, ...options });
}

/**
 * @param {string} name
 * @param {string[]} inputs files
 * @param {string[]} outputs files that must be there
 * @param {() => Promise<void>} make
 */
async function whenChanged(name, inputs, outputs, make) {
  const stamp = join(root, 'node_modules/.dumpstream', name);
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs) hash.update(input).update(readFileSync(join(root, input)));
  const digest = hash.digest('hex');
  const made = [stamp, ...outputs.map((output) => join(root, output))].every((file) => existsSync(file));
  if (made && readFileSync(stamp, 'utf8') === digest) return;
  rmSync(stamp, { force: true });
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

function dependencyInputs() {
  const packages = [...packageDirectories('packages'), ...packageDirectories('examples')];
  const manifests = packages.map((directory) => join(directory, 'package.json'));
  return ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests];
}

/**
 * @param {string} parent
 * @returns {string[]} the packages in it, relative to the root
 */
export function packageDirectories(parent) {
  if (!existsSync(join(root, parent))) return [];
  const directories = readdirSync(join(root, parent)).map((name) => join(parent, name));
  return directories.filter((directory) => existsSync(join(root, directory, 'package.json'))).sort();
}

/** @param {string} directory */
function filesUnder(directory) {
  const entries = readdirSync(join(root, directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath.slice(root.length + 1), entry.name)).sort();
}
