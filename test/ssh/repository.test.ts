import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  backup,
  type Config,
  type Event,
  extract,
  initRepository,
  listArchives,
  parseConfig,
  restore,
} from '@dumpstream/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { filesHook } from '../../packages/core/test/support/files-hook.ts';
import { processesNaming } from '../../packages/core/test/support/workbench.ts';
import { findProgram } from '../../scripts/servers/programs.mjs';
import { tempDir } from '../support/servers.ts';
import { type Sshd, startSshd, user } from './support/sshd.ts';

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});

afterAll(() => sshd?.stop());

interface Bench {
  readonly directory: string;
  readonly runs: string;
  readonly file: string;
  readonly bytes: Buffer;
  config(repository: string, settings?: Readonly<Record<string, unknown>>, database?: object): Config;
}

async function bench(size = 3_000_000): Promise<Bench> {
  const directory = await tempDir();
  const [data, runs] = [join(directory, 'data'), join(directory, 'runs')];
  for (const path of [data, runs]) await mkdir(path, { mode: 0o700 });
  const file = join(data, 'one');
  const bytes = randomBytes(size);
  await writeFile(file, bytes);
  const config: Bench['config'] = (repository, settings = {}, database = {}) =>
    parseConfig(
      {
        repositories: [repository],
        borgmatic_source_directory: runs,
        encryption_passphrase: 'correct horse',
        ssh_command: sshd.sshCommand,
        lock_wait: 10,
        ...settings,
        files: [{ name: 'one', directory: data, ...database }],
      },
      { hooks: [filesHook()] },
    );
  return { directory, runs, file, bytes, config };
}

function url(name: string): string {
  return `ssh://${user}@127.0.0.1:${sshd.port}${join(sshd.home, name)}`;
}

async function expectRoundTrip({ file, bytes }: Bench, config: Config): Promise<void> {
  await initRepository(config, { encryption: 'repokey-blake2' });
  const report = await backup(config);
  expect(report.repositories).toMatchObject([{ repository: config.repositories[0]?.path, status: 'ok' }]);
  expect(await listArchives(config)).toMatchObject([{ status: 'complete', databases: [{ name: 'one' }] }]);
  writeFileSync(file, 'lost');
  await restore(config, { archive: 'latest' });
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect((await buffer(extract(config, { archive: 'latest', database: 'one' }))).equals(bytes)).toBe(true);
}

test('a repository behind ssh://user@host:port/path is made, written to, listed and restored from', async () => {
  const made = await bench();
  await expectRoundTrip(made, made.config(url('round-trip')));
  expect(readdirSync(join(sshd.home, 'round-trip'))).toContain('config');
});

test('user@host:path works as well, with the port in ssh_command, and remote_path names Borg on the far side', async () => {
  const made = await bench();
  const far = join(sshd.home, 'far-borg');
  await writeFile(far, `#!/bin/sh\necho "$@" >> ${far}.calls\nexec ${findProgram('borg')} "$@"\n`);
  await chmod(far, 0o755);
  const settings = { ssh_command: `${sshd.sshCommand} -p ${sshd.port}`, remote_path: './far-borg' };
  // Such a path leads from the home directory.
  await expectRoundTrip(made, made.config(`${user}@127.0.0.1:by-name`, settings));
  expect(readdirSync(join(sshd.home, 'by-name'))).toContain('config');
  expect(await readFile(`${far}.calls`, 'utf8')).toMatch(/^serve/);
});

/** Drops sshd's connections when the first bytes have flowed. Whoever is to wait for that has the shell command `wait`. */
function connectionDropper({ directory }: Bench) {
  const sign = join(directory, 'dropped');
  const ended: number[] = [];
  const onEvent = ({ type }: Event) => {
    if (type !== 'database-progress' || ended.length > 0) return;
    // A dump fills its pipe before there is somebody to read it.
    ended.push(...sshd.sessions());
    if (ended.length === 0) return;
    for (const pid of ended) process.kill(pid, 'SIGKILL');
    writeFileSync(sign, '');
  };
  return { ended, onEvent, wait: `until [ -e '${sign}' ]; do sleep 0.05; done` };
}

test('when the connection drops half-way through a backup, there is no archive, and the next run works', async () => {
  const made = await bench();
  const repository = url('dropped');
  await initRepository(made.config(repository), { encryption: 'repokey-blake2' });
  const { ended, onEvent, wait } = connectionDropper(made);
  const halting = made.config(repository, {}, { dump: `head -c 1500000 "$1"; ${wait}; tail -c 1500000 "$1"` });
  const failure = await backup(halting, { onEvent }).catch((error: unknown) => error);

  expect(ended).not.toEqual([]);
  expect(failure).toMatchObject({
    code: 'REPOSITORY_FAILED',
    repository,
    report: { repositories: [{ status: 'failed' }] },
  });
  expect(processesNaming(made.directory)).toEqual([]);
  expect(readdirSync(made.runs)).toEqual([]);
  const config = made.config(repository);
  expect(await listArchives(config)).toEqual([]);
  await backup(config);
  expect(await listArchives(config)).toMatchObject([{ status: 'complete' }]);
});

test('when the connection drops half-way through a restore, the client never sees the end of the dump', async () => {
  const made = await bench(20_000_000);
  const repository = url('dropped-restore');
  const { ended, onEvent, wait } = connectionDropper(made);
  const careful = `head -c 1000000 > /dev/null; ${wait}; cat > "$1.new" && mv "$1.new" "$1"`;
  const config = made.config(repository, {}, { restore: careful });
  await initRepository(config, { encryption: 'repokey-blake2' });
  await backup(config);
  await writeFile(made.file, 'live');
  const failure = await restore(config, { archive: 'latest', onEvent }).catch((error: unknown) => error);

  expect(ended).not.toEqual([]);
  expect(failure).toMatchObject({ code: 'REPOSITORY_FAILED', repository, database: { name: 'one' } });
  expect(await readFile(made.file, 'utf8')).toBe('live');
  expect(processesNaming(made.directory)).toEqual([]);
  expect(readdirSync(made.runs)).toEqual([]);
});

test('a host whose key is not known is refused without a question', async () => {
  const made = await bench(10);
  const nobody = sshd.sshCommand.replace(/UserKnownHostsFile=\S+/, 'UserKnownHostsFile=/dev/null');
  const config = made.config(url('unknown'), { ssh_command: nobody });
  await expect(initRepository(config, { encryption: 'repokey-blake2' })).rejects.toMatchObject({
    code: 'REPOSITORY_FAILED',
    // What ssh says of it is in the message as well, where Borg has read it in time.
    message: expect.stringContaining('Connection closed by remote host'),
    hint: expect.stringContaining('ssh connection by hand'),
  });
});
