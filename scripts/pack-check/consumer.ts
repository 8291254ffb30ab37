/** What users and authors of hooks write, type-checked against the packed packages with nothing else installed. */
import {
  BackupError,
  backup,
  type DatabaseHook,
  defineHook,
  listArchives,
  parseConfig,
  restore,
  type Static,
  Type,
} from '@dumpstream/core';
import { type ContractCase, hookContract, memoryRepository } from '@dumpstream/core/testing';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { restic } from '@dumpstream/repository-restic';

const entry = Type.Object({ name: Type.String(), port: Type.Optional(Type.Integer()) });
type Entry = Static<typeof entry>;

// @ts-expect-error: that this is an error shows that the types are there, and not `any`.
export const wrong: Entry = { name: 1 };

export const ownHook = defineHook({
  name: 'own_databases',
  entry,
  async dump(job, sink) {
    const port: number | undefined = job.entry.port;
    await sink.from({ file: 'own-dump', args: [job.item.name, String(port)] });
    return { format: 'own' };
  },
  async restore(_job, source) {
    await source.into({ file: 'own-restore', args: [] });
  },
});

export const cases: readonly ContractCase[] = hookContract({
  hook: ownHook,
  entry: (name) => ({ name }),
  write: async () => {},
  read: async () => undefined,
  remove: async () => {},
});

export async function run(): Promise<string> {
  const hooks: DatabaseHook[] = [postgresql(), mysql(), mariadb(), ownHook];
  const config = parseConfig({ repositories: ['memory:'] }, { hooks, repositories: [memoryRepository(), restic()] });
  try {
    const report = await backup(config, { signal: AbortSignal.timeout(1000) });
    await restore(config, { archive: 'latest', databases: ['users'] });
    const [first] = await listArchives(config);
    return `${first?.status} ${report.durationMs}`;
  } catch (error) {
    if (error instanceof BackupError) return error.code;
    throw error;
  }
}
