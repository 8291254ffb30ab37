import { dumpstream } from '../contenders/index.mjs';
import { makeDatabase } from '../data/databases.mjs';
import { measureBackup } from '../support/measure.mjs';
import { makeSite } from '../support/site.mjs';

/** @import { Lab } from '../support/lab.mjs' */

/**
 * Row 12: what the host process itself computes.
 *
 * @param {Lab} lab
 */
export async function measureCpu(lab) {
  const { servers, sizes, rounds } = lab;
  const databases = [await makeDatabase(servers, 'postgresql', 'busy', sizes.cpu)];
  for (let round = 0; round < rounds; round++) {
    const work = { site: await makeSite(lab), servers, databases, storage: lab.storage };
    const { told } = await measureBackup(dumpstream, work);
    lab.recorder.add(12, dumpstream.name, { cpuSeconds: told?.cpuSeconds });
    work.site.remove();
  }
}
