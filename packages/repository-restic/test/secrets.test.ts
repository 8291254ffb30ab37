import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { backup, type Event, listArchives, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { watching } from '../../../test/support/sightings.ts';
import { filesHook } from '../../core/test/support/files-hook.ts';
import { restic } from '../src/index.ts';
import { makeBench } from './support/bench.ts';
import { useRest, useS3 } from './support/servers.ts';

const s3 = useS3();
const rest = useRest();

test.each([
  ['S3', () => s3.place(), 'AWS_SECRET_ACCESS_KEY'],
  ['a REST server', () => rest.place(), 'RESTIC_REST_PASSWORD'],
] as const)(
  'with %s, no secret is in an argument, in a process that does not need it, or in anything that comes out',
  async (_, placeOf, key) => {
    const place = placeOf();
    const bench = await makeBench(place);
    const passphrase = `phrase-${randomBytes(9).toString('hex')}`;
    const secrets = { passphrase, key: place.environment[key] as string };
    await bench.restic('key', 'list'); // the repository of the bench is one
    const wrong = parseConfig(
      { ...bench.plain(), encryption_passphrase: passphrase },
      { hooks: [filesHook()], repositories: [restic()] },
    );
    const config = bench.config();
    const outputs: unknown[] = [config, wrong];
    const onEvent = (event: Event) => outputs.push(event);

    const { seen: all, looks } = await watching(secrets, async () => {
      outputs.push(await backup(config, { onEvent }));
      outputs.push(await listArchives(config, { verify: true }));
      outputs.push(await restore(config, { archive: 'latest', onEvent }));
      for (const verb of [backup, listArchives]) outputs.push(await verb(wrong).catch((error: unknown) => error));
      const elsewhere = { environment: { ...place.environment, [key]: `${secrets.key}x` } };
      outputs.push(await backup(bench.config(undefined, elsewhere)).catch((error: unknown) => error));
    });

    const seen = all.filter(({ program }) => program !== 'rclone'); // the server is told its password
    expect(looks()).toBeGreaterThan(50);
    expect(outputs.filter((output) => output instanceof Error)).toHaveLength(3);
    expect(seen.filter(({ where }) => where === 'cmdline')).toEqual([]);
    // The passphrase comes by a descriptor. The key is in restic's environment, and in that of what becomes it or gives it the passphrase.
    expect(seen.filter(({ secret }) => secret === 'passphrase')).toEqual([]);
    const needed = /^(?:restic|setpriv|node|sh|dash|cat)$/;
    expect(seen.filter(({ program }) => !needed.test(program) && program !== '')).toEqual([]);
    for (const output of outputs) {
      for (const text of [JSON.stringify(output), inspect(output, { depth: 9 }), String((output as Error)?.stack)]) {
        for (const value of Object.values(secrets)) expect(text).not.toContain(value);
      }
    }
  },
  120_000,
);
