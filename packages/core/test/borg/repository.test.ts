import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, initRepository, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { filesHook } from '../support/files-hook.ts';
import { archiveNames, borg, workbench } from '../support/workbench.ts';

async function configured(keys: Record<string, unknown> = {}) {
  const directory = await tempDir();
  const repository = join(directory, 'repository');
  writeFileSync(join(directory, 'one'), 'one');
  const plain = { repositories: [repository], files: [{ name: 'one', directory }] };
  const withKeys = (more: Record<string, unknown>) => parseConfig({ ...plain, ...more }, { hooks: [filesHook()] });
  return { directory, repository, config: withKeys(keys), withKeys };
}

test('a repository is made once, with the encryption that is asked for', async () => {
  const { config, repository } = await configured({ encryption_passphrase: 'quo\'te" ü' });
  await initRepository(config, { encryption: 'repokey-blake2' });
  await expect(initRepository(config, { encryption: 'repokey-blake2' })).rejects.toMatchObject({
    code: 'REPOSITORY_EXISTS',
    repository,
  });
  await backup(config);
  expect(await listArchives(config)).toHaveLength(1);
});

test.each(['nonsense', '', '--oops'])(
  'the encryption %p is CONFIG_INVALID, with those that Borg has',
  async (encryption) => {
    const { config, repository } = await configured({ encryption_passphrase: 's3cret' });
    await expect(initRepository(config, { encryption })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`\`${encryption}\``),
      hint: expect.stringMatching(/none.*repokey-blake2/),
      repository,
    });
  },
);

test('an empty passphrase encrypts nothing, and is CONFIG_INVALID', async () => {
  const { config, repository } = await configured({ encryption_passphrase: '' });
  for (const encryption of ['repokey', 'keyfile-blake2']) {
    await expect(initRepository(config, { encryption })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('encryption_passphrase'),
      repository,
    });
  }
  expect(existsSync(repository)).toBe(false);
  await initRepository(config, { encryption: 'none' });
});

test("the passphrase is the configured one, whatever the host's environment has for new repositories", async () => {
  const { config } = await configured({ encryption_passphrase: 'right' });
  process.env.BORG_NEW_PASSPHRASE = 'of something else';
  try {
    await initRepository(config, { encryption: 'repokey' });
  } finally {
    delete process.env.BORG_NEW_PASSPHRASE;
  }
  expect(await listArchives(config)).toEqual([]);
});

test('the passphrase can come from a command', async () => {
  const { withKeys } = await configured();
  await initRepository(withKeys({ encryption_passphrase: 'from afar' }), { encryption: 'repokey' });
  const config = withKeys({ encryption_passcommand: "printf 'from afar'" });
  await backup(config);
  expect((await restore(config, { archive: 'latest' })).databases).toMatchObject([{ status: 'ok' }]);
});

test('a wrong passphrase, and none, are PASSPHRASE_WRONG, and nobody is asked for one', async () => {
  const { withKeys } = await configured();
  await initRepository(withKeys({ encryption_passphrase: 'right' }), { encryption: 'repokey' });
  for (const keys of [{ encryption_passphrase: 'wr0ng-secret' }, {}]) {
    const failure = await backup(withKeys(keys)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'PASSPHRASE_WRONG' });
    expect(JSON.stringify(failure)).not.toContain('wr0ng-secret');
  }
});

test('a repository that is not there, or is something else, is REPOSITORY_MISSING', async () => {
  const { config, directory, withKeys } = await configured();
  await expect(backup(config)).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    hint: expect.stringContaining('initRepository'),
  });
  await expect(listArchives(withKeys({ repositories: [directory] }))).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
  });
  await expect(backup(config, { repository: 'another' })).rejects.toMatchObject({
    code: 'REPOSITORY_MISSING',
    message: expect.stringContaining('another'),
  });
});

test('a repository that another Borg holds is REPOSITORY_LOCKED', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one' }]);
  // Of a process on another host, so that Borg cannot know it to be dead.
  mkdirSync(join(bench.repository, 'lock.exclusive'));
  writeFileSync(join(bench.repository, 'lock.exclusive', 'elsewhere@1.1-0'), '');
  await expect(backup(config)).rejects.toMatchObject({ code: 'REPOSITORY_LOCKED', repository: bench.repository });
});

test('without Borg on the PATH it is COMMAND_MISSING, and found again as soon as it is there', async () => {
  const { config } = await configured();
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    await expect(initRepository(config, { encryption: 'none' })).rejects.toMatchObject({
      code: 'COMMAND_MISSING',
      message: expect.stringContaining('borg'),
    });
  } finally {
    process.env.PATH = path;
  }
  await initRepository(config, { encryption: 'none' });
});

test('a repository that is full fails, and leaves no archive', async () => {
  const bench = await workbench({ one: 16_000_000 });
  const full = join(bench.directory, 'full');
  borg('init', '-e', 'none', '--storage-quota', '12M', full);
  const config = parseConfig({ ...bench.plain([{ name: 'one' }]), repositories: [full] }, { hooks: [filesHook()] });
  await expect(backup(config)).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    message: expect.stringMatching(/quota/i),
    report: { repositories: [{ status: 'failed' }] },
  });
  expect(archiveNames(full)).toEqual([]);
  borg('check', full);
});

test('names and comments with braces are taken literally', async () => {
  const { config, directory, withKeys } = await configured();
  await initRepository(config, { encryption: 'none' });
  writeFileSync(join(directory, '{now} {user}'), 'x');
  const odd = withKeys({ archive_name_format: 'a-{{b}}-{now:%Y}', files: [{ name: '{now} {user}', directory }] });
  await backup(odd);
  expect(await listArchives(odd)).toMatchObject([
    { name: expect.stringMatching(/^a-\{b\}-\d{4}$/), databases: [{ name: '{now} {user}' }] },
  ]);
  expect((await restore(odd, { archive: 'latest' })).databases).toMatchObject([{ status: 'ok' }]);
});

test('archives that Borg made otherwise are listed as foreign and passed over by `latest`', async () => {
  const bench = await workbench();
  const config = bench.config([{ name: 'one' }]);
  borg('create', `${bench.repository}::theirs`, join(bench.directory, 'data'));
  expect(await listArchives(config)).toMatchObject([{ name: 'theirs', status: 'foreign', databases: [] }]);
  await expect(restore(config, { archive: 'latest' })).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  await expect(restore(config, { archive: 'theirs' })).rejects.toMatchObject({ code: 'ARCHIVE_INCOMPLETE' });
});

test('compression and chunker_params reach Borg', async () => {
  const { repository, withKeys } = await configured();
  const config = withKeys({ compression: 'zstd,5', chunker_params: 'buzhash,12,20,16,4095' });
  await initRepository(config, { encryption: 'none' });
  const [result] = (await backup(config)).repositories;
  const { archives } = JSON.parse(borg('info', '--json', `${repository}::${result?.archive}`));
  expect(archives[0].chunker_params).toEqual(['buzhash', 12, 20, 16, 4095]);
  expect(archives[0].command_line.join(' ')).toContain('--compression zstd,5');
});

test('without them dumps are stored compactly, in small chunks, and other files as Borg does by itself', async () => {
  const { repository, withKeys } = await configured();
  const config = withKeys({ source_directories: [import.meta.dirname] });
  await initRepository(config, { encryption: 'none' });
  const [result] = (await backup(config)).repositories;
  const told = (name?: string) => JSON.parse(borg('info', '--json', `${repository}::${name}`)).archives[0];
  expect(told(result?.archive).chunker_params).toEqual(['buzhash', 14, 23, 16, 4095]);
  expect(told(result?.archive).command_line.join(' ')).toContain('--compression zstd,1 ');
  expect(told(result?.filesArchive).chunker_params).toEqual(['buzhash', 19, 23, 21, 4095]);
  expect(told(result?.filesArchive).command_line).not.toContain('--compression');
});

test('lock_wait waits for a repository that is soon free again', async () => {
  const bench = await workbench();
  const config = parseConfig({ ...bench.plain([{ name: 'one' }]), lock_wait: 20 }, { hooks: [filesHook()] });
  const lock = join(bench.repository, 'lock.exclusive');
  mkdirSync(lock);
  writeFileSync(join(lock, 'elsewhere@1.1-0'), '');
  const waiting = backup(config);
  await wait(1_500); // longer than Borg waits by itself
  rmSync(lock, { recursive: true });
  expect((await waiting).repositories).toMatchObject([{ status: 'ok' }]);
});

test('lock_wait can be a part of a second', async () => {
  const { config } = await configured({ lock_wait: 0.5 });
  await initRepository(config, { encryption: 'none' });
  expect(await listArchives(config)).toEqual([]);
});
