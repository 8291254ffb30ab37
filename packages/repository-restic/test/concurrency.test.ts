import { backup } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { processesNaming } from '../../core/test/support/workbench.ts';
import { makeBench } from './support/bench.ts';
import { useS3 } from './support/servers.ts';

const s3 = useS3();

test.each([1, 3])(
  'with concurrency %i, so many dumps are stored at once, however slow the store',
  async (concurrency) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const place = s3.place();
    const bench = await makeBench(place, Object.fromEntries(names.map((name) => [name, 1_000])));
    // Long after a dump is whole its restic is at work: each upload has to be tried again.
    s3.way.trouble({
      what: 'answer',
      status: 503,
      of: ({ method, path }) => method === 'PUT' && /\/snapshots\//.test(path),
      times: 12,
    });
    let most = 0;
    const look = setInterval(() => {
      const storing = names.filter((name) => processesNaming(`item:dumpstream/files/localhost/${name} `).length > 0);
      most = Math.max(most, storing.length);
    }, 20);
    const { databases } = await backup(bench.config(), { concurrency }).finally(() => clearInterval(look));
    s3.way.mend();
    expect(databases.map(({ status }) => status)).toEqual(names.map(() => 'ok'));
    expect(most).toBe(concurrency);
  },
);
