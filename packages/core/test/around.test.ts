import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, loadConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from './support/files-hook.ts';
import { archiveNames, type Workbench, workbench } from './support/workbench.ts';

/** A configuration file whose commands write a line each into a log. */
async function withCommands(commands: Record<string, string[]>, database: object = { name: 'one' }) {
  const bench = await workbench();
  const file = join(bench.directory, "it's.yaml");
  await writeFile(file, JSON.stringify({ ...bench.plain([database]), ...commands }));
  const log = join(bench.directory, 'log');
  return {
    ...bench,
    file,
    lines: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    log,
    config: await loadConfig(file, { hooks: [filesHook()] }),
  };
}

function logging(bench: Pick<Workbench, 'directory'>, text: string): string {
  return `echo ${text} >> '${bench.directory}/log'`;
}

test('commands run before and after a backup and a restore, with their placeholders quoted', async () => {
  const bench = await workbench();
  const file = join(bench.directory, "it's.yaml");
  const commands = {
    before_backup: [
      logging(bench, 'before {repository} {archive} {configuration_filename}'),
      logging(bench, "$(echo {unknown} | awk '{print $1}')"),
    ],
    after_backup: [logging(bench, 'after')],
    before_restore: [logging(bench, 'before restore {archive}')],
    after_restore: [logging(bench, 'after restore {archive}')],
    on_error: [logging(bench, 'error')],
  };
  await writeFile(file, JSON.stringify({ ...bench.plain([{ name: 'one' }]), ...commands }));
  const config = await loadConfig(file, { hooks: [filesHook()] });

  const { repositories } = await backup(config);
  await restore(config, { archive: 'latest' });

  const archive = repositories[0]?.archive;
  expect((await readFile(join(bench.directory, 'log'), 'utf8')).split('\n')).toEqual([
    `before ${bench.repository} ${archive} ${file}`,
    '{unknown}',
    'after',
    'before restore latest',
    `after restore ${archive}`,
    '',
  ]);
});

test('a command that fails ends the run before anything is begun, and on_error is told why', async () => {
  const bench = await withCommands({
    before_backup: ['echo the disk is missing >&2; exit 3'],
    after_backup: ['echo after >> log'],
    on_error: ['printf %s {error} > "$(dirname {configuration_filename})/log"'],
  });

  const failure = await backup(bench.config).catch((error: unknown) => error);

  expect(failure).toMatchObject({
    code: 'COMMAND_HOOK_FAILED',
    message: expect.stringContaining('the disk is missing'),
  });
  expect(await bench.lines()).toEqual([(failure as Error).message.split('\n')[0], 'the disk is missing']);
  expect(archiveNames(bench.repository)).toEqual([]);
});

test('exit status 75 ends the run softly', async () => {
  const bench = await withCommands({
    before_backup: ['exit 75'],
    on_error: ['touch log'],
    after_backup: ['touch log'],
  });

  const report = await backup(bench.config);

  expect(report).toMatchObject({
    repositories: [{ status: 'skipped' }],
    warnings: [expect.stringContaining('before_backup')],
  });
  expect(archiveNames(bench.repository)).toEqual([]);
  expect(await bench.lines()).toEqual([]);
});

test('after_backup does not run after a failure, and a failing dump runs on_error', async () => {
  const bench = await workbench();
  const file = join(bench.directory, 'backup.yaml');
  const commands = { after_backup: [logging(bench, 'after')], on_error: [logging(bench, 'error'), 'exit 1'] };
  await writeFile(file, JSON.stringify({ ...bench.plain([{ name: 'one', dump: 'exit 1' }]), ...commands }));

  const failure = await backup(await loadConfig(file, { hooks: [filesHook()] })).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'DUMP_FAILED' });
  expect(await readFile(join(bench.directory, 'log'), 'utf8')).toBe('error\n');
});

test('functions of the call run around it, each at its time', async () => {
  const bench = await workbench();
  const calls: unknown[] = [];
  const functions = {
    before: ({ signal }: { signal: AbortSignal }) => calls.push(['before', signal.aborted]),
    after: (report: { repositories?: unknown }) => calls.push(['after', report]),
    onError: (error: Error) => calls.push(['error', error]),
  };
  const report = await backup(bench.config([{ name: 'one' }]), functions);
  const failure = await backup(bench.config([{ name: 'one', dump: 'exit 1' }]), functions).catch(
    (error: unknown) => error,
  );
  await expect(
    backup(bench.config([{ name: 'one' }]), { before: () => Promise.reject(new Error('not today')) }),
  ).rejects.toMatchObject({ code: 'COMMAND_HOOK_FAILED', message: expect.stringContaining('not today') });

  expect(calls).toEqual([
    ['before', false],
    ['after', report],
    ['before', false],
    ['error', failure],
  ]);
});

test('what fails in on_error is in the report', async () => {
  const bench = await workbench({ one: 10 });
  const config = bench.config([{ name: 'one', dump: 'exit 3' }]);
  const seen: unknown[] = [];
  const onError = (error: { report?: unknown }) => {
    seen.push(error.report);
    throw new Error('the pager is broken');
  };
  await expect(backup(config, { onError })).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    report: { warnings: [expect.stringContaining('the pager is broken')] },
  });
  expect(seen).toMatchObject([{ databases: [{ status: 'failed' }], warnings: [] }]);
});

test('a dry run runs none of them', async () => {
  const bench = await withCommands({ before_backup: ['exit 1'], after_backup: ['exit 1'] });
  const report = await backup(bench.config, { dryRun: true });
  expect(report.databases).toMatchObject([{ name: 'one', status: 'skipped' }]);
  expect(archiveNames(bench.repository)).toEqual([]);
});
