import { hostCommand } from '../contenders/dumpstream.mjs';
import { dumpstream } from '../contenders/index.mjs';
import { inPostgresql } from '../data/databases.mjs';
import { fillRepetitive } from '../data/postgresql.mjs';
import { roundsOf } from '../rows.mjs';
import { makeSite } from '../support/site.mjs';
import { run } from '../support/timed.mjs';
import { verifyBackup } from '../support/verify.mjs';

/** @import { Lab } from '../support/lab.mjs' */

/**
 * Row 9: the peak of the host's memory, for dumps of several sizes.
 *
 * @param {Lab} lab
 */
export async function measureMemory(lab) {
  const { servers, sizes } = lab;
  const databases = [];
  for (const bytes of sizes.memory) {
    const name = `pages_${bytes / 1e6}`;
    await inPostgresql(servers.postgres, 'postgres', `create database ${name}`);
    await inPostgresql(servers.postgres, name, fillRepetitive(bytes));
    databases.push({ kind: /** @type {const} */ ('postgresql'), name, rows: 0, bytes });
  }
  for (let round = 0; round < roundsOf(9, lab.rounds); round++) {
    const idle = await idlePeak();
    /** @type {number[]} */
    const extras = [];
    for (const database of databases) {
      const work = { site: await makeSite(lab), servers, databases: [database], storage: lab.storage };
      for (const verb of /** @type {const} */ (['backup', 'restore'])) {
        const { peakBytes } = JSON.parse(await run(await hostCommand(work, verb)));
        if (verb === 'backup') await verifyBackup(work.site, work.databases, dumpstream.leastShare);
        extras.push(peakBytes - idle);
        lab.recorder.add(9, `${verb} of ${database.bytes / 1e9} GB`, { extraBytes: peakBytes - idle });
      }
      work.site.remove();
    }
    const largest = Math.max(...extras);
    lab.recorder.add(9, dumpstream.name, { extraBytes: largest, spreadBytes: largest - Math.min(...extras) });
  }
}

const idle = `setTimeout(() => {
  const peak = /^VmHWM:\\s*(\\d+) kB/m.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
  process.stdout.write(peak[1]);
}, 500)`;

/** @returns {Promise<number>} bytes that a Node takes that does nothing */
async function idlePeak() {
  return Number(await run({ file: process.execPath, args: ['--eval', idle] })) * 1024;
}
