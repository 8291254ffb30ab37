import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';

const mark = "# Made by dumpstream's set-up for the time of an installation.\n";
const policy = '/usr/sbin/policy-rc.d';
const clusterDirectory = '/etc/postgresql-common/createcluster.d';
const cluster = `${clusterDirectory}/zz-dumpstream.conf`;

/**
 * Runs an installation during which Debian's packages start no service and create no PostgreSQL cluster. One at a time;
 * what a killed one left in place is taken away by the next.
 *
 * @param {() => Promise<void>} install
 */
export async function withoutServices(install) {
  // The machine's own policy stands, where it has one.
  const ownPolicy = !existsSync(policy) || readFileSync(policy, 'utf8').includes(mark);
  const newDirectory = !existsSync(clusterDirectory);
  try {
    if (ownPolicy) writeFileSync(policy, `#!/bin/sh\n${mark}exit 101\n`, { mode: 0o755 });
    mkdirSync(clusterDirectory, { recursive: true });
    writeFileSync(cluster, `${mark}create_main_cluster = false\n`);
    await install();
  } finally {
    if (ownPolicy) rmSync(policy, { force: true });
    rmSync(cluster, { force: true });
    if (newDirectory) removeEmpty(clusterDirectory);
  }
}

/** @param {string} directory */
function removeEmpty(directory) {
  try {
    rmdirSync(directory);
  } catch {
    // Something else is in it now, and keeps it.
  }
}
