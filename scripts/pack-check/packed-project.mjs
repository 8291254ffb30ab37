import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../setup/run.mjs';
import { ensureBuild, packageDirectories, pnpm, root } from '../setup/workspace.mjs';

/**
 * Makes a project outside the workspace in which every package is installed from its tarball, as users install them, and
 * has it used. It is removed afterwards.
 *
 * @param {(project: string, names: string[]) => Promise<void>} use is given its directory and the packages' names
 */
export async function inPackedProject(use) {
  await ensureBuild();
  const packages = packageDirectories('packages').map((directory) => join(root, directory));
  const project = mkdtempSync(join(tmpdir(), 'dumpstream-pack-'));
  try {
    for (const directory of packages) {
      const quiet = {
        stdio: /** @type {import('node:child_process').StdioOptions} */ (['ignore', 'ignore', 'inherit']),
      };
      await pnpm(['--dir', directory, 'pack', '--pack-destination', project], quiet);
    }
    const tarballs = readdirSync(project).map((file) => `./${file}`);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    // Nothing but the tarballs is needed, so nothing is to be fetched.
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], { cwd: project });
    const names = packages.map((directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).name);
    await use(project, names);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
