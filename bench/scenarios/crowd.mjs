import { startPostgres } from '../../scripts/servers/postgres.mjs';
import { dumpstream } from '../contenders/index.mjs';
import { inPostgresql } from '../data/databases.mjs';
import { fillPostgresql } from '../data/postgresql.mjs';
import { roundsOf } from '../rows.mjs';
import { measureBackup } from '../support/measure.mjs';
import { makeServerScratch } from '../support/server-scratch.mjs';
import { makeSite } from '../support/site.mjs';

/** @import { Lab } from '../support/lab.mjs' */

/**
 * Row 8: more databases than the server takes connections, and than there may be open files.
 *
 * @param {Lab} lab
 */
export async function measureCrowd(lab) {
  const postgres = await startPostgres(await makeServerScratch(lab), { settings: { max_connections: '20' } });
  try {
    await inPostgresql(postgres, 'postgres', 'create database tenant');
    await inPostgresql(postgres, 'tenant', fillPostgresql('tenant', 100));
    const names = Array.from({ length: lab.sizes.crowd }, (_, n) => `tenant_${n + 1}`);
    const create = names.map((name) => `create database ${name} template tenant;`).join('\n');
    await inPostgresql(postgres, 'postgres', create);
    const databases = names.map((name) => ({
      kind: /** @type {const} */ ('postgresql'),
      name,
      rows: 100,
      bytes: 10_000,
    }));
    const servers = { ...lab.servers, postgres };
    for (let round = 0; round < roundsOf(8, lab.rounds); round++) {
      const work = { site: await makeSite(lab), servers, databases, storage: lab.storage };
      const { seconds, told } = await measureBackup({ ...dumpstream, backup: limited }, work);
      lab.recorder.add(8, dumpstream.name, { seconds, callSeconds: told?.callSeconds, archivedShare: 1 });
      work.site.remove();
    }
  } finally {
    await postgres.stop();
  }
}

/** @type {typeof dumpstream.backup} */
async function limited(work) {
  const { file, args, ...rest } = await dumpstream.backup(work);
  return { ...rest, file: 'sh', args: ['-c', 'ulimit -n 1024 && exec "$@"', 'sh', file, ...args] };
}
