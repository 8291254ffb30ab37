import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, type DumpSource, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { filesHook } from './support/files-hook.ts';
import { pidsNaming, processesNaming, workbench } from './support/workbench.ts';

/** Backs up `content`, and restores it by what is given. */
async function restored(content: string, use: (source: DumpSource, file: string) => Promise<unknown>) {
  const bench = await workbench();
  await backup(bench.config([{ name: 'one', dump: `printf %s '${content}'` }]));
  const file = join(bench.directory, 'restored');
  const hook = filesHook({ restore: async (_job, source) => void (await use(source, file)) });
  const outcome = restore(parseConfig(bench.plain([{ name: 'one' }]), { hooks: [hook] }), { archive: 'latest' });
  await outcome.catch(() => {});
  expect(processesNaming(bench.directory)).toEqual([]);
  return { outcome, file };
}

test('the first bytes of a dump go into one command, and the rest is text', async () => {
  const long = 'x'.repeat(100_000);
  let rest = '';
  const { outcome, file } = await restored(`${long}|the rest ü`, async (source, path) => {
    rest = await source.intoFirst(100_000, { file: 'dd', args: [`of=${path}`, 'status=none'] });
  });
  await outcome;
  expect(await readFile(file, 'utf8')).toBe(long);
  expect(rest).toBe('|the rest ü');
});

test('a `head` that takes more than the first bytes makes the restore fail, instead of losing some of the rest', async () => {
  const programs = await tempDir();
  const path = process.env.PATH;
  // BusyBox's reads whole blocks.
  const greedy = 'PATH="${PATH#*:}"; head "$@"; head -c 3 > /dev/null';
  await writeFile(join(programs, 'head'), `#!/bin/sh\n${greedy}\n`, { mode: 0o755 });
  process.env.PATH = `${programs}:${path}`;
  try {
    const { outcome } = await restored('abc|the rest', (source) => source.intoFirst(3, { file: 'cat', args: [] }));
    await expect(outcome).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('6 were left instead of 9'),
      hint: expect.stringContaining('head'),
    });
  } finally {
    process.env.PATH = path;
  }
});

test('a dump goes through filters, and the last command sees its end only when all was well', async () => {
  const { outcome, file } = await restored('abc', async (source, path) => {
    await source.into(
      { file: 'tr', args: ['a-c', 'b-d'] },
      { file: 'sed', args: ['s/d/!/'] },
      { file: 'dd', args: [`of=${path}`, 'status=none'] },
    );
  });
  await outcome;
  expect(await readFile(file, 'utf8')).toBe('bc!');
});

test('when a filter fails after all it had to give, the last command does not see the end', async () => {
  const { outcome, file } = await restored('abc', async (source, path) => {
    await source.into(
      { file: 'sh', args: ['-c', 'cat; echo no filter >&2; exit 3'] },
      { file: 'sh', args: ['-c', 'cat > "$1.new" && mv "$1.new" "$1"', 'sh', path] },
    );
  });
  await expect(outcome).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining('no filter'),
  });
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('when the command fails, so does the restore', async () => {
  const { outcome } = await restored('abc', async (source) => {
    await source.intoFirst(2, { file: 'sh', args: ['-c', 'cat > /dev/null; echo nope >&2; exit 3'] });
  });
  await expect(outcome).rejects.toMatchObject({ code: 'RESTORE_FAILED', message: expect.stringContaining('nope') });
});

test('when Borg dies within the first bytes, the command never sees their end', async () => {
  const long = 'x'.repeat(100_000);
  const { outcome, file } = await restored(long, async (source, path) => {
    const slow = 'head -c 10 > /dev/null; sleep 0.5; cat > "$1.new" && mv "$1.new" "$1"';
    const loading = source.intoFirst(90_000, { file: 'sh', args: ['-c', slow, 'sh', path] });
    loading.catch(() => {});
    let killed = 0;
    while (killed === 0) {
      await wait(10);
      for (const pid of pidsNaming(`${dirname(path)}/repository::`)) killed += process.kill(pid, 'SIGKILL') ? 1 : 0;
    }
    await loading;
  });
  await expect(outcome).rejects.toMatchObject({ code: expect.stringMatching(/REPOSITORY_FAILED|RESTORE_FAILED/) });
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a hook in JavaScript reads the dump as a stream', async () => {
  let content = '';
  const { outcome } = await restored('streamed', async (source) => {
    content = await text(source.read());
  });
  await outcome;
  expect(content).toBe('streamed');
});

test('a hook that leaves the dump unread has not restored it', async () => {
  const { outcome } = await restored('unread', async () => {});
  await expect(outcome).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining('did not read'),
  });
});
