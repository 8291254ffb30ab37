import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RepositorySubject, repositoryContract } from '@dumpstream/core/testing';
import { describe, test } from '@jest/globals';
import { tempDir } from '../../../test/support/servers.ts';
import { restic } from '../src/index.ts';
import { makeQuickRepository, passphrase } from './support/quick-repository.ts';
import { onDisk, type Place, useRest, useS3 } from './support/servers.ts';

type Cases = ReturnType<typeof repositoryContract>;

/** What tries `init` has a repository that this has made; the rest has one that opens more quickly. */
function casesOf(placeOf: () => Promise<Place>, dataOf: (place: Place) => string): Cases {
  const isInit = ({ name }: Cases[number]) => name.startsWith('init:');
  const [real, quick] = [true, false].map((byInit) => repositoryContract(subject(placeOf, dataOf, byInit)));
  return [...(real as Cases).filter(isInit), ...(quick as Cases).filter((each) => !isInit(each))];
}

function subject(placeOf: () => Promise<Place>, dataOf: (place: Place) => string, byInit: boolean): RepositorySubject {
  const places = new Map<string, Place>();
  return {
    encryption: 'aes256-ctr-poly1305',
    open: async () => {
      const place = await placeOf();
      places.set(place.path, place);
      const environment = { ...place.environment, RESTIC_CACHE_DIR: await tempDir() };
      const repository = restic().open({ path: place.path, environment } as never, {
        encryption_passphrase: passphrase,
      });
      return byInit ? repository : { ...repository, init: () => makeQuickRepository(place) };
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
  const cases = casesOf(
    async () => onDisk(join(await tempDir(), 'repository')),
    ({ path }) => path,
  );
  for (const { name, run } of cases) test(name, run);
});

// What a kind of place can be different in: the rest is the same code.
const telling = /^(?:init|items|directories|abort-within|remove|check):/;

describe('on S3', () => {
  const s3 = useS3();
  const cases = casesOf(
    async () => s3.place(),
    ({ path }) => join(s3.data, path.split('/').slice(-2).join('/')),
  );
  for (const { name, run } of cases.filter((each) => telling.test(each.name))) test(name, run);
});

describe('on a REST server', () => {
  const rest = useRest();
  const cases = casesOf(
    async () => rest.place(),
    ({ path }) => join(rest.data, path.split('/').at(-2) as string),
  );
  for (const { name, run } of cases.filter((each) => telling.test(each.name))) test(name, run);
});
