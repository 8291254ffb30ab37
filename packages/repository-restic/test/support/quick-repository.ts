import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './servers.ts';

/** Of every repository of these tests. */
export const passphrase = 'correct horse battery staple';

const empty = join(import.meta.dirname, 'empty-repository');
const files = new Map(
  ['config', ...readdirSync(join(empty, 'keys')).map((name) => `keys/${name}`)].map((path) => [
    path,
    readFileSync(join(empty, path)),
  ]),
);

/** Makes an empty repository that restic opens in no time; see `make-empty-repository.mjs`. */
export async function makeQuickRepository(place: Place): Promise<void> {
  await place.fill(files);
}
