import { type ArchivedDatabase, type OpenArchive, refIn } from './archives.ts';
import type { Call } from './call.ts';
import type { Config, ConfiguredDatabase } from './config/config.ts';
import { entryProblems } from './config/entry-problems.ts';
import { redirectedKeys, withoutRestoreKeys } from './config/restore-keys.ts';
import { BackupError } from './errors.ts';
import type { DatabaseHook, Meta } from './hook.ts';
import { type DatabaseJob, describe } from './job.ts';
import type { RestoreOptions } from './options.ts';
import { isAtOrBelow, placeOf } from './place.ts';
import { recognise } from './recognise.ts';
import { select } from './select.ts';

/** One dump of the archive on its way to its database. */
export interface RestoreTask extends DatabaseJob {
  readonly meta: Meta;
  readonly strategy: 'swap' | 'in-place';
  readonly endSessions: boolean;
  /** Size of the dump in the archive. */
  readonly bytes: number;
}

/**
 * What is to be restored, and where to. Touches nothing.
 * @throws BackupError DATABASE_NOT_FOUND, DATABASE_AMBIGUOUS, ARCHIVE_INCOMPLETE, HOOK_MISSING, CONFIG_INVALID
 */
export async function restoreTasks(
  call: Call,
  config: Config,
  archive: OpenArchive,
  options: RestoreOptions,
): Promise<readonly RestoreTask[]> {
  const chosen = select(archive.databases, options.databases);
  refuseUnusable(archive, chosen, options);
  const sizes = await sizesOf(archive, chosen);
  const tasks: RestoreTask[] = [];
  for (const database of chosen) {
    const hook = hookOf(config, database);
    tasks.push({
      hook,
      item: { name: database.name, kind: database.kind },
      entry: entryFor(call, config, archive, hook, database, options),
      ref: refIn(database),
      path: database.path,
      meta: database.meta ?? (await recognise(call, archive, hook, database)),
      strategy: options.strategy ?? 'swap',
      endSessions: options.endSessions ?? true,
      bytes: sizes.get(database.path) ?? 0,
    });
  }
  refuseSameTarget(tasks);
  return tasks;
}

function refuseUnusable(archive: OpenArchive, chosen: readonly ArchivedDatabase[], { to }: RestoreOptions): void {
  const failed = chosen.find(({ status }) => status === 'failed');
  if (failed !== undefined) {
    throw new BackupError('ARCHIVE_INCOMPLETE', `${describe(failed)} was not dumped into ${archive.stored.name}`, {
      database: refIn(failed),
      hint: 'its dump failed then; choose another archive, or the other databases of this one in `databases`',
    });
  }
  if (to?.name !== undefined && chosen.length !== 1) {
    throw new BackupError('DATABASE_AMBIGUOUS', `to.name is one name, and ${chosen.length} databases are chosen`, {
      hint: 'choose one in `databases`',
    });
  }
}

/** Every chosen dump is in the archive, and no part of it is known to be lost. */
async function sizesOf(
  archive: OpenArchive,
  chosen: readonly ArchivedDatabase[],
): Promise<ReadonlyMap<string, number>> {
  const entries = await archive.reader.entries();
  return new Map(
    chosen.map((database) => {
      const found = entries.filter(({ path }) => isAtOrBelow(path, database.path));
      if (found.length === 0 || !found.every(({ whole }) => whole)) {
        const what = found.length === 0 ? 'missing from' : 'damaged in';
        throw new BackupError(
          'ARCHIVE_INCOMPLETE',
          `the dump of ${describe(database)} is ${what} the archive ${archive.stored.name}`,
          { database: refIn(database), hint: 'choose another archive, and look at the repository with check()' },
        );
      }
      return [database.path, found.reduce((sum, { bytes }) => sum + bytes, 0)];
    }),
  );
}

function hookOf(config: Config, database: ArchivedDatabase): DatabaseHook {
  const hook = config.hooks.find(({ name }) => name === database.hook);
  if (hook !== undefined) return hook;
  throw new BackupError('HOOK_MISSING', `no hook for ${database.hook} was given`, {
    database: refIn(database),
    hint: 'pass the hook in `hooks` of loadConfig or parseConfig',
  });
}

/** archive < configuration < `restore_*` < `to` */
function entryFor(
  call: Call,
  config: Config,
  archive: OpenArchive,
  hook: DatabaseHook,
  database: ArchivedDatabase,
  { to = {} }: RestoreOptions,
): ConfiguredDatabase['entry'] {
  const configured = configuredFor(call, config, archive, database);
  const all: Record<string, unknown> = { ...archivedKeys(database, configured), ...configured };
  // Another host is not reached by this one's socket.
  if (to.hostname !== undefined || configured?.restore_hostname !== undefined) delete all.socket_path;
  if (to.hostname !== undefined) delete all.restore_socket_path;
  for (const key of redirectedKeys) {
    const redirected = (to as Record<string, unknown>)[key] ?? all[`restore_${key}`];
    if (redirected !== undefined) all[key] = redirected;
  }
  const entry = {
    ...Object.fromEntries(Object.entries(withoutRestoreKeys(all)).filter(([, value]) => value !== undefined)),
    name: to.name ?? database.name,
  };
  const problems = entryProblems(hook, entry);
  if (problems.length > 0) {
    throw new BackupError('CONFIG_INVALID', `${describe(database)} cannot be restored with ${problems.join('; ')}`, {
      database: refIn(database),
      hint: `add what is missing to an entry of ${hook.name} for it`,
    });
  }
  return entry;
}

/** What the archive says of the connection. Where an entry leaves out host or port, it means the usual ones, and not those of then. */
function archivedKeys(
  { hostname, port, username, label }: ArchivedDatabase,
  configured: ConfiguredDatabase['entry'] | undefined,
): Record<string, unknown> {
  if (configured === undefined) return { hostname, port, username, label };
  return placeOf(configured) === placeOf({ hostname, port, label }) ? { username } : {};
}

/**
 * The entry of the same place and name, or `all` there. A database that has moved since is found by its name, if that
 * is the only one of its name here and there.
 */
function configuredFor(
  call: Call,
  config: Config,
  archive: OpenArchive,
  database: ArchivedDatabase,
): ConfiguredDatabase['entry'] | undefined {
  const entries = config.databases.filter(({ hook }) => hook.name === database.hook).map(({ entry }) => entry);
  const here = entries.filter((entry) => placeOf(entry) === placeOf(database));
  const exact = here.find(({ name }) => name === database.name) ?? here.find(({ name }) => name === 'all');
  if (exact !== undefined) return exact;
  const namesakes = archive.databases.filter(
    ({ hook, name, kind }) => hook === database.hook && name === database.name && kind === database.kind,
  );
  const moved = entries.filter(({ name }) => name === database.name);
  const [only, ...others] = moved.length > 0 ? moved : entries.filter(({ name }) => name === 'all');
  if (only === undefined || others.length > 0 || namesakes.length > 1) return undefined;
  call.warn(
    `${describe(database)} goes to ${decodeURIComponent(placeOf(only))}, where the configuration has it`,
    refIn(database),
  );
  return only;
}

/** Two dumps in one database would be one dump too many. */
function refuseSameTarget(tasks: readonly RestoreTask[]): void {
  const seen = new Map<string, RestoreTask>();
  for (const task of tasks) {
    const { hostname, port, name, socket_path } = task.entry as Record<string, unknown>;
    const target = JSON.stringify([task.hook.name, hostname ?? 'localhost', port, socket_path, name, task.item.kind]);
    const other = seen.get(target);
    if (other !== undefined) {
      throw new BackupError(
        'DATABASE_AMBIGUOUS',
        `${describe(other.ref)} and ${describe(task.ref)} would be restored to the same place`,
        { database: task.ref, hint: 'choose one of them in `databases`' },
      );
    }
    seen.set(target, task);
  }
}
