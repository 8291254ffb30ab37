import {
  BackupError,
  type FilesPlan,
  type FilesStats,
  type Repository,
  type RepositoryContext,
  type RepositoryProvider,
  type RepositorySettings,
} from '@dumpstream/core';
import { type Fault, Faults, type Moment } from './memory/faults.ts';
import type { Pace } from './memory/pace.ts';
import { memoryReader } from './memory/reader.ts';
import { type MemoryArchive, Store } from './memory/store.ts';
import { readTree, type Tree } from './memory/tree.ts';
import { MemoryWriter } from './memory/writer.ts';

/** Repositories in memory, whose paths begin with `memory:`, and what is to go wrong with them. */
export interface MemoryRepository extends RepositoryProvider {
  /**
   * What was committed, oldest first.
   * @param path of one repository; default: of all
   */
  archives(path?: string): readonly MemoryArchive[];
  /** Has something go wrong, once. */
  inject(fault: Fault): void;
  /** What was injected and has not happened yet: a test that injects something should find nothing here at its end. */
  readonly pending: readonly Fault[];
}

/**
 * Repositories behind the same contract as Borg's, with nothing on disk: for `repositories` of `loadConfig` and `parseConfig`,
 * whose configuration then names paths such as `memory:backups`. As with Borg, `initRepository` makes one first.
 *
 * @param options `pace`: how slow they are; default: not at all
 */
export function memoryRepository(options: { readonly pace?: Pace } = {}): MemoryRepository {
  const stores = new Map<string, Store>();
  const faults = new Faults();
  const settings = { faults, pace: options.pace };
  return {
    engine: 'memory',
    claims: (path) => path.startsWith('memory:'),
    open: (repository) => openStore(repository, stores, settings),
    archives: (path) =>
      [...stores].flatMap(([name, store]) => (path === undefined || path === name ? store.archives : [])),
    inject: (fault) => faults.inject(fault),
    get pending() {
      return faults.pending;
    },
  };
}

function openStore(
  repository: RepositorySettings,
  stores: Map<string, Store>,
  settings: { readonly faults: Faults; readonly pace: Pace | undefined },
): Repository {
  const { path } = repository;
  const { faults } = settings;
  const begin = async (during: Exclude<Moment, 'init' | 'take' | 'commit' | 'give'>, { signal }: RepositoryContext) => {
    signal.throwIfAborted();
    await faults.meet(during, signal);
    const store = stores.get(path);
    if (store !== undefined) return store;
    throw new BackupError('REPOSITORY_MISSING', `there is no repository ${path}`, {
      repository: path,
      hint: 'make it with initRepository()',
    });
  };
  return {
    ...repository,
    init: async (_, { signal }) => {
      signal.throwIfAborted();
      await faults.meet('init', signal);
      if (stores.has(path)) {
        throw new BackupError('REPOSITORY_EXISTS', `there is a repository ${path} already`, { repository: path });
      }
      stores.set(path, new Store());
    },
    list: async (context, last) => {
      const { archives } = await begin('list', context);
      return last === undefined ? archives : archives.slice(Math.max(0, archives.length - last));
    },
    write: async (plan, context) => {
      const store = await begin('write', context);
      store.refuseSecond(plan.name);
      return new MemoryWriter(store, plan, context, settings);
    },
    writeFiles: async (plan, context) => {
      const store = await begin('writeFiles', context);
      store.refuseSecond(plan.name);
      return storeFiles(store, plan, context);
    },
    read: async ({ name, id }, context) => {
      const { archives } = await begin('read', context);
      const archive = archives.find((stored) => stored.id === id);
      if (archive === undefined) throw new BackupError('ARCHIVE_NOT_FOUND', `${path} holds no archive ${name}`);
      return memoryReader(archive, context, settings);
    },
    remove: async (archives, context) => (await begin('remove', context)).remove(new Set(archives.map(({ id }) => id))),
    compact: async (context) => ({ freedBytes: (await begin('compact', context)).compact() }),
    check: async (_, context) => {
      await begin('check', context);
      return []; // what is in memory is sound
    },
  };
}

/** Its patterns are for stored paths: `*` stands for any text. */
async function storeFiles(store: Store, plan: FilesPlan, context: RepositoryContext): Promise<FilesStats> {
  const tree: Tree = { files: new Map(), directories: [] };
  const patterns = plan.excludes.map(patternOf);
  const leaveOut = (path: string) =>
    patterns.some((pattern) => pattern.test(path.slice(1))) ||
    plan.leaveOut.some((left) => path === left || path.startsWith(`${left}/`));
  for (const path of plan.paths) {
    await readTree(path, path.slice(1), tree, (file, { message }) => context.warn(`${file}: ${message}`), leaveOut);
  }
  return store.add(plan.name, plan.comment, tree);
}

function patternOf(pattern: string): RegExp {
  const literal = (text: string) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${literal(pattern).replaceAll('*', '.*')}$`, 's');
}
