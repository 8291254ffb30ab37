/**
 * Run as root: installs the Debian packages named by the arguments. Creates no PostgreSQL cluster, starts no service, and
 * waits for others who install at the same time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from './lock.mjs';
import { withoutServices } from './no-services.mjs';
import { orFail } from './or-fail.mjs';
import { missingRequirements } from './requirements.mjs';
import { exitStatus, run } from './run.mjs';

const patienceMs = 15 * 60_000;
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C.UTF-8' };

/**
 * Runs apt-get, its output shown, and again for as long as another process holds one of its locks: not all of them are
 * waited for by `DPkg::Lock::Timeout`. An installation that was cut off before is brought to its end first, as apt-get asks.
 *
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it exited with status 0
 */
async function aptGet(...args) {
  let mended = false;
  for (const deadline = Date.now() + patienceMs; ; await sleep(2000)) {
    const options = ['-o', `DPkg::Lock::Timeout=${patienceMs / 1000}`, '-o', 'Dpkg::Use-Pty=0', '--quiet'];
    // In a process group of its own: Ctrl-C half-way through would leave the system's packages in disorder.
    const child = spawn('apt-get', [...options, ...args], {
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
      process.stderr.write(chunk);
    });
    const [code] = await once(child, 'close');
    if (code === 0) return true;
    if (/dpkg was interrupted/.test(errors) && !mended) {
      mended = true;
      await run('dpkg', ['--configure', '-a'], { env, detached: true });
      continue;
    }
    if (!/could not get lock|unable to (?:acquire|lock)/i.test(errors) || Date.now() > deadline) return false;
  }
}

/** @param {string[]} packages */
async function install(packages) {
  const command = ['install', '--yes', '--no-install-recommends', ...packages];
  // The lists of a fresh machine are empty, and old ones name versions that the archive no longer has.
  const listed = (await exitStatus('apt-get', ['--simulate', ...command], { env, stdio: 'ignore' })) === 0;
  if (listed && (await aptGet(...command))) return;
  if (!((await aptGet('update')) && (await aptGet(...command)))) throw new Error('apt-get failed: its output says why');
}

// What is begun is finished, and what was put in place for it is taken away.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

await orFail('installation', () =>
  withLock('/run/dumpstream-setup.lock', async () => {
    const missing = new Set(missingRequirements({ tests: true }).map(({ name }) => name));
    const packages = process.argv.slice(2).filter((name) => missing.has(name));
    if (packages.length > 0) await withoutServices(() => install(packages));
  }),
);
