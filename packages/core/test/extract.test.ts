import { getEventListeners, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, extract } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { archiveNames, borg, expectNothingLeft, pidsNaming, workbench } from './support/workbench.ts';

test('a program gets the bytes of one dump', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one' }, { name: 'two' }]);
  await backup(config);
  const bytes = await buffer(extract(config, { archive: 'latest', database: 'two' }));
  expect(bytes.equals(await readFile(join(bench.directory, 'data/two')))).toBe(true);
  expectNothingLeft(bench, archiveNames(bench.repository));
});

test('the stream errors, and never ends, when Borg does not finish', async () => {
  const bench = await workbench({ one: 20_000_000 });
  const config = bench.config([{ name: 'one' }]);
  await backup(config);
  const stream = extract(config, { archive: 'latest', database: 'one' });
  let ended = false;
  stream.once('end', () => {
    ended = true;
  });
  await once(stream, 'readable');
  for (const pid of pidsNaming(`${bench.repository}::`)) process.kill(pid, 'SIGKILL');
  stream.resume();
  const [error] = await once(stream, 'error');
  expect(error).toMatchObject({ code: 'REPOSITORY_FAILED' });
  expect(ended).toBe(false);
});

test('destroyed or aborted, the stream leaves nothing running', async () => {
  const bench = await workbench({ one: 20_000_000 });
  const config = bench.config([{ name: 'one' }]);
  await backup(config);
  const destroyed = extract(config, { archive: 'latest', database: 'one' });
  await once(destroyed, 'readable');
  destroyed.destroy();
  await once(destroyed, 'close');
  const abort = new AbortController();
  const aborted = extract(config, { archive: 'latest', database: 'one', signal: abort.signal });
  await once(aborted, 'readable');
  abort.abort();
  aborted.resume();
  const [error] = await once(aborted, 'error');
  expect(error).toMatchObject({ code: 'ABORTED' });
  for (let tries = 0; tries < 50 && pidsNaming(`${bench.repository}::`).length > 0; tries++) await wait(50);
  expectNothingLeft(bench, archiveNames(bench.repository));
});

test('destroyed while it waits for bytes that do not come, the stream ends Borg and closes', async () => {
  const bench = await workbench({ one: 20_000_000 });
  const config = bench.config([{ name: 'one' }]);
  await backup(config);
  const { signal } = new AbortController();
  const stream = extract(config, { archive: 'latest', database: 'one', signal });
  await once(stream, 'data');
  const stopped = pidsNaming(`${bench.repository}::`);
  expect(stopped).not.toEqual([]);
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  stream.resume();
  await wait(500); // all that was in the pipe has come by then
  const closed = once(stream, 'close', { signal: AbortSignal.timeout(10_000) });
  stream.destroy();
  try {
    await closed;
  } finally {
    for (const pid of pidsNaming(`${bench.repository}::`)) process.kill(pid, 'SIGCONT');
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expectNothingLeft(bench, archiveNames(bench.repository));
});

test('a stream that is destroyed with an error has that error', async () => {
  const bench = await workbench({ one: 1_000_000 });
  const config = bench.config([{ name: 'one' }]);
  await backup(config);
  const stream = extract(config, { archive: 'latest', database: 'one' });
  await once(stream, 'readable');
  const enough = new Error('enough');
  stream.destroy(enough);
  expect(await once(stream, 'error')).toEqual([enough]);
  expectNothingLeft(bench, archiveNames(bench.repository));
});

test('a database that is not in the archive is an error of the stream', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one' }]);
  await backup(config);
  await expect(buffer(extract(config, { archive: 'latest', database: 'three' }))).rejects.toMatchObject({
    code: 'DATABASE_NOT_FOUND',
  });
  borg('check', bench.repository);
});
