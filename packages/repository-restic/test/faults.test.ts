import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupError, backup, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../../core/test/support/files-hook.ts';
import { restic } from '../src/index.ts';
import { type Bench, expectOnly, expectQuiet, makeBench, snapshotsIn, snapshotsOf } from './support/bench.ts';
import { isPackUpload } from './support/fault-proxy.ts';
import { useS3 } from './support/servers.ts';

const s3 = useS3();

/** From 0.17 on restic goes on for 15 minutes when a server answers with errors: here the caller gives up. */
const isPatient = Number(/^restic 0\.(\d+)/.exec(execFileSync('restic', ['version'], { encoding: 'utf8' }))?.[1]) >= 17;

async function expectWhole(bench: Bench): Promise<void> {
  const { repositories } = await backup(bench.config());
  const archive = repositories[0]?.archive as string;
  expect(await snapshotsIn(bench)).toEqual(expect.arrayContaining(snapshotsOf(archive, 'one', 'two')));
  for (const name of ['one', 'two']) {
    const file = join(bench.data, name);
    const whole = readFileSync(file);
    writeFileSync(file, 'lost');
    await restore(bench.config(), { archive, databases: [name] });
    expect(readFileSync(file).equals(whole)).toBe(true);
  }
  await expectQuiet(bench);
}

test.each([
  ['is cut off in the middle of an upload', { what: 'cut', afterBytes: 500_000, times: 1 }],
  ['answers 500 a few times', { what: 'answer', status: 500, times: 3 }],
  ['answers 503 a few times', { what: 'answer', status: 503, times: 3 }],
] as const)('a server that %s is tried again, and the archive is whole', async (_, trouble) => {
  const bench = await makeBench(s3.place());
  const struck = s3.way.struck();
  s3.way.trouble({ ...trouble, of: isPackUpload });
  await expectWhole(bench);
  expect(s3.way.struck()).toBeGreaterThan(struck);
  s3.way.mend();
});

test('a restic that stumbles over the lock of another one that has gone is started again, and does not stand still', async () => {
  const bench = await makeBench(s3.place());
  const struck = s3.way.struck();
  s3.way.trouble({
    what: 'answer',
    status: 404,
    times: 2,
    of: ({ method, path }) => method === 'GET' && /\/locks\/\w/.test(path),
  });
  s3.way.requests.length = 0;
  await backup(bench.config());
  // The lease, a look at what is there, two dumps, the record and a look at what has become: six, and one again each time. More of them
  // have stumbled by themselves. Later ones do not stumble.
  const starts = s3.way.requests.filter(({ method, path }) => method === 'GET' && /\/config$/.test(path));
  expect(starts.length).toBeGreaterThanOrEqual(isPatient ? 6 : 6 + 2);
  expect(s3.way.struck()).toBe(struck + 2);
  s3.way.mend();
  await expectWhole(bench);
});

test('a server that answers 503 to every upload fails the backup in the end, and leaves no archive', async () => {
  const bench = await makeBench(s3.place());
  s3.way.trouble({ what: 'answer', status: 503, of: isPackUpload });
  const config = bench.config(undefined, { options: { 's3.retries': '1' } });
  const abort = new AbortController();
  const timer = isPatient ? setTimeout(() => abort.abort(), 20_000) : undefined;
  const failure = await backup(config, { signal: abort.signal }).catch((error: unknown) => error);
  clearTimeout(timer);
  s3.way.mend();
  const end = { repository: bench.place.path, message: expect.stringContaining('Please reduce your request rate') };
  expect(failure).toMatchObject({
    ...(isPatient ? { code: 'ABORTED' } : { code: 'REPOSITORY_FAILED', ...end }),
    report: { repositories: [{ status: 'failed' }] },
  });
  expect(await snapshotsIn(bench)).toEqual([]);
  await expectWhole(bench);
}, 240_000);

/** Dumps a directory with the file in it. */
const asDirectory = filesHook({
  dump: async ({ entry }, sink) => {
    const { name, directory } = entry as { name: string; directory: string };
    await sink.directory((path) => copyFile(join(directory, name), join(path, 'file')));
    return { format: 'directory' };
  },
});

test.each([
  ['stream', filesHook()],
  ['directory', asDirectory],
])(
  'a server that hangs in the middle of an upload of a %s ends the backup by its stall, and leaves no archive',
  async (_, hook) => {
    const bench = await makeBench(s3.place());
    const config = parseConfig(bench.plain(), { hooks: [hook], repositories: [restic()] });
    s3.way.trouble({ what: 'hang', of: isPackUpload });
    const failure = await backup(config, { stallTimeoutMs: 4_000 }).catch((error: unknown) => error);
    s3.way.mend();
    await bench.restic('unlock', '--remove-all'); // those of a restic that was killed while nothing answered
    expect(failure).toMatchObject({ code: 'STALLED', report: { repositories: [{ status: 'failed' }] } });
    expect(await snapshotsIn(bench)).toEqual([]);
    await expectWhole(bench);
  },
  120_000,
);

test.each([500, 503] as const)(
  'a server that answers nothing but %i fails the backup before a dump',
  async (status) => {
    const bench = await makeBench(s3.place());
    const config = bench.config([{ name: 'one', dump: `touch ${bench.directory}/dumped; cat "$1"` }], {
      options: { 's3.retries': '1' },
    });
    s3.way.trouble({ what: 'answer', status });
    const failure = await backup(config).catch((error: unknown) => error);
    s3.way.mend();
    expect(failure).toMatchObject({
      code: 'REPOSITORY_FAILED',
      repository: bench.place.path,
      report: { databases: [{ status: 'skipped' }], repositories: [{ status: 'failed' }] },
    });
    expect(() => readFileSync(join(bench.directory, 'dumped'))).toThrow('ENOENT');
    await expectOnly(bench);
  },
  120_000,
);

test('an upload that is cut off during a restore leaves what was there, or brings it back', async () => {
  const bench = await makeBench(s3.place());
  await backup(bench.config());
  const file = join(bench.data, 'one');
  const whole = readFileSync(file);
  writeFileSync(file, 'lost');
  s3.way.trouble({
    what: 'cut',
    afterBytes: 100_000,
    times: 1,
    of: ({ method, path }) => method === 'GET' && /\/data\//.test(path),
  });
  await restore(bench.config(), { archive: 'latest', databases: ['one'] });
  s3.way.mend();
  expect(readFileSync(file).equals(whole)).toBe(true);
});

test('a wrong secret key is named as what it is', async () => {
  const place = s3.place();
  await makeBench(place);
  const wrong = { ...place.environment, AWS_SECRET_ACCESS_KEY: 'no such key' };
  const bench = await makeBench(s3.place());
  for (const verb of [backup, listArchives, initRepository] as const) {
    const failure = (await verb(bench.config(undefined, { environment: wrong })).catch(
      (error: unknown) => error,
    )) as BackupError;
    expect(failure).toMatchObject({ code: 'REPOSITORY_FAILED', hint: expect.stringContaining('environment') });
    expect(failure.message).toMatch(/signature/);
  }
  await expectOnly(bench);
});

test('a wrong passphrase, no repository, a second one, and none configured have codes of their own', async () => {
  const bench = await makeBench();
  const other = (change: object) =>
    parseConfig({ ...bench.plain(), ...change }, { hooks: [filesHook()], repositories: [restic()] });
  await expect(backup(other({ encryption_passphrase: 'wrong' }))).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  await expect(backup(other({ encryption_passphrase: undefined }))).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  await expect(
    listArchives(other({ encryption_passcommand: 'false', encryption_passphrase: undefined })),
  ).rejects.toMatchObject({
    code: 'PASSPHRASE_WRONG',
  });
  await expect(initRepository(bench.config())).rejects.toMatchObject({ code: 'REPOSITORY_EXISTS' });
  await expect(initRepository(bench.config(), { encryption: 'repokey' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
  const nowhere = [{ path: join(bench.directory, 'nowhere'), engine: 'restic' }];
  await expect(backup(other({ repositories: nowhere }))).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    report: { databases: [{ status: 'skipped' }, { status: 'skipped' }], repositories: [{ status: 'failed' }] },
  });
  await expectOnly(bench);
});
