import { type ChildProcess, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { isPackUpload } from './support/fault-proxy.ts';
import { type Place, type Remote, useRest, useS3 } from './support/servers.ts';

const running = new Set<ChildProcess>();

// One whose test has failed would try for minutes to reach a server that is gone.
afterEach(() => running.forEach((child) => void child.kill('SIGKILL')));

/** restic's exit status and what it says. */
async function restic(
  { path, environment }: Pick<Place, 'path' | 'environment'>,
  args: readonly string[],
  input: Buffer | string = '',
  timeout = 0,
) {
  // This restic takes these in the path only.
  const { RESTIC_REST_USERNAME: user, RESTIC_REST_PASSWORD: password } = environment;
  const env = {
    PATH: process.env.PATH,
    RESTIC_CACHE_DIR: await tempDir(),
    RESTIC_PASSWORD: 'a passphrase',
    RESTIC_REPOSITORY: user === undefined ? path : path.replace('//', `//${user}:${password}@`),
    ...environment,
  };
  return new Promise<{ code: number; output: string; messages: string }>((resolve) => {
    const options = { env, encoding: 'latin1', maxBuffer: 64 * 1024 * 1024, timeout, killSignal: 'SIGINT' } as const;
    const child = execFile('restic', args, options, (error, output, messages) => {
      running.delete(child);
      resolve({ code: Number(error?.code ?? 0), output, messages });
    });
    running.add(child);
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

async function repositoryOf(remote: Remote): Promise<Place> {
  const place = remote.place();
  expect(await restic(place, ['init'])).toMatchObject({ code: 0 });
  return place;
}

describe.each([
  { title: 'S3', remote: useS3() },
  { title: 'REST', remote: useRest() },
])('restic on $title', ({ remote }) => {
  test('stores, and reads back with several processes at a time', async () => {
    const place = await repositoryOf(remote);
    const dumps = [1, 2, 3].map((number) => ({ name: `dump-${number}`, content: randomBytes(3_000_000) }));
    for (const { name, content } of dumps) {
      const backup = ['backup', '--stdin', '--stdin-filename', name, '--tag', name, '--quiet'];
      expect(await restic(place, backup, content)).toMatchObject({ code: 0 });
    }
    const reading = dumps.map(({ name }) => restic(place, ['dump', '--no-lock', '--tag', name, 'latest', name]));
    const contents = (await Promise.all(reading)).map(({ output }) => Buffer.from(output, 'latin1'));
    expect(contents.map((content, index) => dumps[index]?.content.equals(content))).toEqual([true, true, true]);
    expect(await restic(place, ['check', '--read-data', '--quiet'])).toMatchObject({ code: 0 });
  });

  test('is refused without the right credentials', async () => {
    const { path, environment } = remote.place();
    const asked = async (given: Place['environment']) =>
      (await restic({ path, environment: given }, ['snapshots'], '', 20_000)).messages; // from 0.17 on restic tries for 15 minutes
    expect(await asked(environment)).toMatch(/does not exist/);
    const wrong = { AWS_SECRET_ACCESS_KEY: 'wrong', RESTIC_REST_PASSWORD: 'wrong' };
    expect(await asked({ ...environment, ...wrong })).toMatch(/signature we calculated does not match|401/);
    expect(await asked({})).toMatch(/Access Denied|no credentials found|401/);
  });

  test('goes on after an upload that was cut off, of which nothing is left', async () => {
    const place = await repositoryOf(remote);
    remote.way.trouble({ what: 'cut', afterBytes: 100_000, of: isPackUpload, times: 1 });
    const before = remote.way.struck();
    const backup = ['backup', '--stdin', '--quiet', '--json'];
    expect(await restic(place, backup, randomBytes(3_000_000))).toMatchObject({ code: 0 });
    expect(remote.way.struck() - before).toBe(1);
    expect(await restic(place, ['check', '--read-data', '--quiet'])).toMatchObject({ code: 0, messages: '' });
    remote.way.mend();
  });

  test('waits while the server hangs, and then goes on', async () => {
    const place = await repositoryOf(remote);
    remote.way.trouble({ what: 'hang' });
    const before = remote.way.struck();
    const listing = restic(place, ['snapshots', '--json']);
    while (remote.way.struck() === before) await new Promise((resolve) => setTimeout(resolve, 20));
    remote.way.mend();
    expect(await listing).toMatchObject({ code: 0, output: expect.stringMatching(/^(\[\]|null)\n$/) });
  });

  test('has its requests counted', async () => {
    const place = await repositoryOf(remote);
    remote.way.requests.length = 0;
    await restic(place, ['backup', '--stdin', '--quiet'], 'small');
    expect(remote.way.requests.filter(isPackUpload)).toHaveLength(2);
  });
});

describe('an S3 server', () => {
  const remote = useS3();

  test('keeps nothing of an upload whose sender has gone', async () => {
    const place = await repositoryOf(remote);
    remote.way.trouble({ what: 'cut', afterBytes: 1_000_000, of: isPackUpload });
    const backup = restic(place, ['backup', '--stdin', '--quiet'], randomBytes(3_000_000));
    while (remote.way.struck() < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    remote.way.trouble({ what: 'answer', status: 503, of: isPackUpload });
    // The pack of the snapshot's tree, which is small, may be there.
    expect(packs(remote.data).filter((size) => size > 10_000)).toEqual([]);
    remote.way.mend();
    expect(await backup).toMatchObject({ code: 0 });
    expect(packs(remote.data).filter((size) => size > 10_000)).toEqual([expect.any(Number)]);
  });
});

/** Sizes of the packs that the server would give out. */
function packs(data: string): number[] {
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => /\/data\/.*_object$/.test(name)).map((name) => statSync(join(data, name)).size);
}
