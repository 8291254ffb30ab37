import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { passphrase } from '../support/site.mjs';
import { run } from '../support/timed.mjs';

/** @import { Engine } from './index.mjs' */

/** @type {Engine} */
export const restic = {
  name: 'restic',
  offset: 20,
  environment: (directory) => ({ RESTIC_CACHE_DIR: join(directory, 'restic'), RESTIC_PASSWORD: passphrase }),
  init: async (repository, env, scratch) => {
    // How long every start of restic takes for the key is decided with the first one, by how busy the machine is then.
    // So all have copies of the same empty repository.
    const empty = join(scratch, 'restic-empty');
    if (!existsSync(empty)) await run({ file: 'restic', args: ['init', '--repo', empty], env });
    await cp(empty, repository, { recursive: true });
  },
  entry: (path) => ({ path, engine: 'restic' }),
  newEntries: async ({ env, seen }, repository) => {
    const args = ['find', '--repo', repository, '--no-lock', '--json', '*'];
    /** @type {{ snapshot: string, matches: { path: string, type: string, size?: number }[] }[]} */
    const found = JSON.parse(await run({ file: 'restic', args, env }));
    const fresh = found.filter(({ snapshot }) => !seen.has(snapshot));
    for (const { snapshot } of fresh) seen.add(snapshot);
    const files = fresh.flatMap(({ matches }) => matches).filter(({ type }) => type === 'file');
    return files.map(({ path, size = 0 }) => ({ path, size }));
  },
};
