import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listArchives } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { workbench } from '../support/workbench.ts';

test('of an error that Borg did not expect, what it was is told, and not the way that it took', async () => {
  const bench = await workbench({ one: 10 });
  const config = join(bench.repository, 'config');
  rmSync(config);
  mkdirSync(config);
  const failure = await listArchives(bench.config([{ name: 'one' }])).catch((error: Error) => error);
  expect(failure).toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringMatching(/Local Exception\nIsADirectoryError: .*config/),
  });
  expect((failure as Error).message).not.toContain('Traceback');
});
