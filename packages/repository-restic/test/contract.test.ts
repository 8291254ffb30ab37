import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RepositorySubject, repositoryContract } from '@dumpstream/core/testing';
import { describe, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { restic } from '../src/index.ts';
import { passphrase } from './support/bench.ts';
import { type Place, useRest, useS3 } from './support/servers.ts';

function subject(placeOf: () => Promise<Place>, dataOf: (place: Place) => string): RepositorySubject {
  const places = new Map<string, Place>();
  return {
    encryption: 'aes256-ctr-poly1305',
    open: async () => {
      const place = await placeOf();
      places.set(place.path, place);
      const environment = { ...place.environment, RESTIC_CACHE_DIR: await tempDir() };
      return restic().open({ path: place.path, environment } as never, { encryption_passphrase: passphrase });
    },
    damage: async ({ path }) => {
      const packs = join(dataOf(places.get(path) as Place), 'data');
      for (const file of readdirSync(packs, { recursive: true, withFileTypes: true })) {
        const pack = join(file.parentPath, file.name);
        if (!file.isFile() || statSync(pack).size < 100_000) continue;
        const bytes = readFileSync(pack);
        bytes.writeUInt8(bytes.readUInt8(50_000) ^ 1, 50_000);
        writeFileSync(pack, bytes);
      }
    },
  };
}

describe('on a disk', () => {
  const cases = repositoryContract(
    subject(
      async () => ({ path: join(await tempDir(), 'repository'), environment: {} }),
      ({ path }) => path,
    ),
  );
  for (const { name, run } of cases) test(name, run);
});

// What a kind of place can be different in: the rest is the same code.
const telling = /^(?:init|items|directories|abort-within|remove|check):/;

describe('on S3', () => {
  const s3 = useS3();
  const cases = repositoryContract(
    subject(
      async () => s3.place(),
      ({ path }) => join(s3.data, path.split('/').slice(-2).join('/')),
    ),
  );
  for (const { name, run } of cases.filter((each) => telling.test(each.name))) test(name, run);
});

describe('on a REST server', () => {
  const rest = useRest();
  const cases = repositoryContract(
    subject(
      async () => rest.place(),
      ({ path }) => join(rest.data, path.split('/').at(-2) as string),
    ),
  );
  for (const { name, run } of cases.filter((each) => telling.test(each.name))) test(name, run);
});
