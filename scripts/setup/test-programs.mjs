/**
 * Programs that only tests need, unpacked from Debian's packages into this clone's cache: nothing is installed and no right
 * is needed.
 */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../servers/programs.mjs';
import { withLock } from './lock.mjs';
import { root } from './workspace.mjs';

/** What is asked for; what these need and the system has not got is unpacked with them. */
const packages = ['borgmatic', 'libnss-wrapper', 'openssh-server', 'sqlite3'];

const cache = join(root, '.cache');

/** Laid out as `/` would be after an installation. */
export const unpacked = join(cache, 'debian');
const stamp = join(unpacked, 'unpacked-for');

/** Unpacks what is not there yet. Where that cannot be done it says so, and the tests that need these programs fail. */
export async function ensureTestPrograms() {
  await withLock(join(root, 'package.json'), async () => {
    const wanted = `${packages.join(' ')} on ${system()}`;
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    try {
      await unpack(wanted);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : error;
      console.error(`${packages.join(', ')} cannot be unpacked, so the tests that need them will fail: ${reason}`);
    }
  });
}

/** @param {string} wanted */
async function unpack(wanted) {
  if (findProgram('apt-get') === undefined) throw new Error('there is no apt-get');
  console.log(`Unpacking ${packages.join(', ')} for the tests, without installing them`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'unpacking-'));
  try {
    // The system's lists of packages may be missing or out of date: then lists of our own are fetched.
    await download(work, []).catch(async () => {
      const own = ownLists(work);
      await aptGet(work, [...own, 'update']);
      await download(work, own);
    });
    const target = join(work, 'root');
    for (const archive of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
      await promisify(execFile)('dpkg-deb', ['--extract', join(work, archive), target]);
    }
    writeFileSync(join(target, 'unpacked-for'), wanted);
    rmSync(unpacked, { recursive: true, force: true });
    renameSync(target, unpacked);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} directory where the package files come to lie
 * @param {readonly string[]} options
 */
async function download(directory, options) {
  const plan = await aptGet(directory, [...options, '--simulate', '--no-install-recommends', 'install', ...packages]);
  // `Inst name (version …)` is new; with an old version in brackets before that it would be an upgrade, and stays.
  const missing = [...plan.matchAll(/^Inst (\S+) \(/gm)].map(([, name = '']) => name);
  await aptGet(directory, [...options, 'download', ...new Set([...packages, ...missing])]);
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
async function aptGet(cwd, args) {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  // Else root's downloads are made by a user who has no right to our directory.
  const { stdout } = await promisify(execFile)('apt-get', ['-o', 'APT::Sandbox::User=root', '--quiet', ...args], {
    cwd,
    env,
  });
  return stdout;
}

/** @param {string} directory */
function ownLists(directory) {
  const directories = { 'Dir::State': join(directory, 'state'), 'Dir::Cache': join(directory, 'cache') };
  for (const path of Object.values(directories)) mkdirSync(path);
  return Object.entries({ ...directories, 'Dir::State::status': '/var/lib/dpkg/status' }).flatMap(([name, value]) => [
    '-o',
    `${name}=${value}`,
  ]);
}

/** What is unpacked on one release does not run on another. */
function system() {
  try {
    return /^VERSION_ID=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
