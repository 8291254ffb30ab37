import { join } from 'node:path';
import { type Config, initRepository, parseConfig } from '@dumpstream/core';
import { tempDir } from '../../../../test/support/servers.ts';
import type { Lab } from './lab.ts';

export interface Bench {
  /** The whole configuration as YAML would give it. */
  plain(...entries: readonly object[]): object;
  config(...entries: readonly object[]): Config;
}

/** An empty repository, and configurations of it. */
export async function bench(lab: Lab): Promise<Bench> {
  const directory = await tempDir();
  const hook = lab.hook();
  const plain = (...entries: readonly object[]) => ({
    repositories: [join(directory, 'repository')],
    borgmatic_source_directory: directory,
    [hook.name]: entries.map((entry) => ({ ...lab.connection, ...entry })),
  });
  const config = (...entries: readonly object[]) => parseConfig(plain(...entries), { hooks: [hook] });
  await initRepository(config(), { encryption: 'none' });
  return { plain, config };
}
