import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { borg, pidsNaming, processesNaming, type Workbench, workbench } from './support/workbench.ts';

/** Takes the dump beside the file, and puts it into place only when it has seen the dump's end. */
const careful = 'cat > "$1.new" && mv "$1.new" "$1"';

async function backedUp(sizes?: Record<string, number>): Promise<Workbench & { file: (name: string) => string }> {
  const bench = await workbench(sizes);
  await backup(bench.config(Object.keys(sizes ?? { one: 0, two: 0 }).map((name) => ({ name }))));
  const file = (name: string) => join(bench.directory, 'data', name);
  return { ...bench, file };
}

/** Flips bytes in the middle of the repository's largest segment. */
function damage(repository: string): void {
  const folder = join(repository, 'data/0');
  const largest = readdirSync(folder)
    .map((name) => join(folder, name))
    .sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0] as string;
  const segment = readFileSync(largest);
  segment.fill(0x55, segment.length >> 1, (segment.length >> 1) + 64);
  writeFileSync(largest, segment);
}

function expectNothingRuns(bench: Workbench): void {
  expect(processesNaming(bench.directory)).toEqual([]);
  expect(readdirSync(bench.runs)).toEqual([]);
}

test('when Borg is killed half-way, the client never sees the end of the dump', async () => {
  const bench = await backedUp({ one: 30_000_000 });
  await writeFile(bench.file('one'), 'live');
  const slow = `head -c 1000000 > /dev/null; sleep 1; ${careful}`;

  const failure = await restore(bench.config([{ name: 'one', restore: slow }]), {
    archive: 'latest',
    onEvent: (event) => {
      if (event.type === 'database-progress')
        for (const pid of pidsNaming('borg extract'))
          if (pidsNaming(bench.repository).includes(pid)) process.kill(pid, 'SIGKILL');
    },
  }).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'REPOSITORY_FAILED', message: expect.stringContaining('SIGKILL') });
  expect(readFileSync(bench.file('one'), 'utf8')).toBe('live');
  expectNothingRuns(bench);
});

test('of a damaged repository nothing is taken for a whole dump', async () => {
  const bench = await backedUp({ one: 8_000_000 });
  await writeFile(bench.file('one'), 'live');
  damage(bench.repository);

  const failure = restore(bench.config([{ name: 'one', restore: careful }]), { archive: 'latest' });

  await expect(failure).rejects.toMatchObject({ code: 'REPOSITORY_FAILED', database: { name: 'one' } });
  expect(readFileSync(bench.file('one'), 'utf8')).toBe('live');
  expectNothingRuns(bench);
});

test('a dump that lost parts to a repair is refused before anything is touched', async () => {
  const bench = await backedUp({ one: 8_000_000 });
  await writeFile(bench.file('one'), 'live');
  damage(bench.repository);
  process.env.BORG_CHECK_I_KNOW_WHAT_I_AM_DOING = 'YES';
  try {
    borg('check', '--repair', bench.repository);
  } finally {
    delete process.env.BORG_CHECK_I_KNOW_WHAT_I_AM_DOING;
  }

  const failure = restore(bench.config([{ name: 'one', restore: careful }]), { archive: 'latest' });

  await expect(failure).rejects.toMatchObject({
    code: 'ARCHIVE_INCOMPLETE',
    message: expect.stringContaining('damaged'),
  });
  expect(readFileSync(bench.file('one'), 'utf8')).toBe('live');
});

test('a client may stop before the end of the dump, and the archive is read to its end all the same', async () => {
  const bench = await backedUp({ one: 5_000_000 });
  const whole = await readFile(bench.file('one'));

  const report = await restore(bench.config([{ name: 'one', restore: 'head -c 1000 > "$1"' }]), { archive: 'latest' });

  expect(report.databases).toMatchObject([{ name: 'one', status: 'ok', bytes: 5_000_000 }]);
  expect((await readFile(bench.file('one'))).equals(whole.subarray(0, 1000))).toBe(true);
  expectNothingRuns(bench);
});

test('when one database fails, the others are still restored, and the report tells of all', async () => {
  const bench = await backedUp();
  const two = await readFile(bench.file('two'));
  await writeFile(bench.file('two'), 'lost');

  const failing = bench.config([
    { name: 'one', restore: 'cat > /dev/null; echo no room >&2; exit 4' },
    { name: 'two' },
  ]);
  const failure = await restore(failing, { archive: 'latest' }).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringMatching(/exit status 4\): no room/),
    database: { name: 'one' },
    report: {
      databases: [
        { name: 'one', status: 'failed' },
        { name: 'two', status: 'ok', bytes: 3_000_000 },
      ],
    },
  });
  expect((await readFile(bench.file('two'))).equals(two)).toBe(true);
  expectNothingRuns(bench);
});

test('only the chosen databases are restored, and a wrong choice is refused before anything is touched', async () => {
  const bench = await backedUp();
  const config = bench.config([{ name: 'one' }, { name: 'two' }]);
  await writeFile(bench.file('one'), 'live');
  await writeFile(bench.file('two'), 'live');

  await expect(restore(config, { archive: 'latest', databases: ['one', 'three'] })).rejects.toMatchObject({
    code: 'DATABASE_NOT_FOUND',
    hint: expect.stringMatching(/one.*two/),
  });
  await expect(restore(config, { archive: 'latest', databases: [] })).rejects.toMatchObject({
    code: 'DATABASE_NOT_FOUND',
  });
  expect(await readFile(bench.file('one'), 'utf8')).toBe('live');
  await restore(config, { archive: 'latest', databases: [{ name: 'two' }] });

  expect(await readFile(bench.file('one'), 'utf8')).toBe('live');
  expect(await readFile(bench.file('two'))).toHaveLength(3_000_000);
});

test('a restore that is aborted rejects with ABORTED and ends the client before the dump does', async () => {
  const bench = await backedUp();
  await writeFile(bench.file('one'), 'live');
  const config = bench.config([
    { name: 'one', restore: `head -c ${1 + randomBytes(1).readUInt8()} > /dev/null; sleep 30; ${careful}` },
  ]);
  const abort = new AbortController();

  const failure = await restore(config, {
    archive: 'latest',
    databases: ['one'],
    signal: abort.signal,
    onEvent: ({ type }) => {
      if (type === 'database-progress') abort.abort('enough');
    },
  }).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'ABORTED', cause: 'enough', report: { databases: [{ status: 'failed' }] } });
  expect(await readFile(bench.file('one'), 'utf8')).toBe('live');
  expectNothingRuns(bench);
});

test('an archive whose manifest is gone is not restored, and `latest` passes it over', async () => {
  const bench = await backedUp({ one: 1_000 });
  const config = bench.config([{ name: 'one' }]);
  const first = (await readFile(bench.file('one'))).toString('hex');
  await writeFile(bench.file('one'), randomBytes(1_000));
  const newer = (await backup(config)).repositories[0]?.archive as string;
  borg('recreate', `${bench.repository}::${newer}`, '--exclude', 'dumpstream/manifest.json');

  await expect(restore(config, { archive: newer })).rejects.toMatchObject({ code: 'ARCHIVE_INCOMPLETE' });
  await expect(restore(config, { archive: newer, dryRun: true })).rejects.toMatchObject({ code: 'ARCHIVE_INCOMPLETE' });
  await restore(config, { archive: 'latest' });

  expect((await readFile(bench.file('one'))).toString('hex')).toBe(first);
});

test('an archive that there is not is named, and no repository is guessed among several', async () => {
  const bench = await backedUp({ one: 10 });
  const config = bench.config([{ name: 'one' }]);
  await expect(restore(config, { archive: 'nope' })).rejects.toMatchObject({
    code: 'ARCHIVE_NOT_FOUND',
    message: expect.stringContaining('nope'),
    repository: bench.repository,
  });
  const two = { ...config, repositories: [...config.repositories, { path: '/elsewhere', label: 'away' }] };
  await expect(restore(two, { archive: 'latest' })).rejects.toMatchObject({
    code: 'REPOSITORY_AMBIGUOUS',
    message: expect.stringContaining('/elsewhere (away)'),
  });
});

test('Borg that is stopped and continued at a full pipe loses nothing, even where Python is told not to buffer', async () => {
  const bench = await backedUp({ one: 3_000_000 });
  const whole = await readFile(bench.file('one'));
  process.env.PYTHONUNBUFFERED = '1';
  try {
    const slow = 'until test -e "$1.go"; do sleep 0.05; done; cat > "$1.new" && mv "$1.new" "$1"';
    const restoring = restore(bench.config([{ name: 'one', restore: slow }]), { archive: 'latest' });
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    restoring.then(over, over);
    const stopped = new Set<number>();
    while (stopped.size === 0 && !isOver) {
      await wait(20);
      for (const pid of pidsNaming('extract --log-json --stdout')) {
        if (!pidsNaming(`${bench.repository}::`).includes(pid)) continue;
        if (!readFileSync(`/proc/${pid}/wchan`, 'utf8').includes('pipe_write')) continue;
        process.kill(pid, 'SIGSTOP');
        await wait(100);
        process.kill(pid, 'SIGCONT');
        stopped.add(pid);
      }
    }
    await writeFile(bench.file('one.go'), '');
    await restoring;
    expect(stopped.size).toBeGreaterThan(0);
  } finally {
    delete process.env.PYTHONUNBUFFERED;
  }
  expect((await readFile(bench.file('one'))).equals(whole)).toBe(true);
});
