import type { Dialogue } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { comeAlive } from '../src/come-alive.ts';

const session = (ask: Dialogue['ask']): Dialogue => ({ ask, end: async () => {} });

test('a client that answers at the end of its input only is given up, with what to do', async () => {
  const deaf = session(() => new Promise<never>(() => {}));
  await expect(comeAlive(deaf, '0f', 10)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    hint: expect.stringContaining('psql_command'),
  });
});

test('a client that ends without an answer has not had its input', async () => {
  await expect(
    comeAlive(
      session(async () => ''),
      '0f',
    ),
  ).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    hint: expect.stringContaining('docker exec -i'),
  });
});
