import { createHash } from 'node:crypto';
import { chmod, chown, copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BackupError, defineHook, Type } from '@dumpstream/core';

const entry = Type.Object({
  /** Name of the file; `all` is every database in the directory. */
  name: Type.String({ pattern: '^(?!\\.{1,2}$)[^/\\0]+$' }),
  directory: Type.String({ minLength: 1 }),
});

/** What a restore makes beside the databases. */
const ours = '.dumpstream-';

/** SQLite's own program, without the user's ~/.sqliterc; waits up to ten seconds for a lock. */
const sqlite3 = (/** @type {string[]} */ ...args) => ({
  file: 'sqlite3',
  args: ['-init', '/dev/null', '-batch', '-bail', '-cmd', '.timeout 10000', ...args],
});

const fileOf = (/** @type {{ name: string, directory: string }} */ { name, directory }) => resolve(directory, name);
const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", "''")}'`;
const exists = (/** @type {string} */ file) => stat(file).then(Boolean, () => false);

/** SQLite databases, which are files: for `sqlite_databases`. */
export const sqlite = defineHook({
  name: 'sqlite_databases',
  entry,

  async list({ directory }) {
    const items = [];
    for (const file of await readdir(directory, { withFileTypes: true })) {
      const { name } = file;
      if (!file.isFile() || name.startsWith(ours) || !(await isDatabase(join(directory, name)))) continue;
      items.push({ name, kind: /** @type {const} */ ('database') });
    }
    return items;
  },

  async check(job, context) {
    await context.run(sqlite3('-version'));
    if ('meta' in job) return {}; // a restore makes what is missing
    const found = await stat(fileOf(job.entry)).catch(() => undefined);
    if (found?.isFile()) return { expectedBytes: found.size };
    throw new BackupError('DATABASE_NOT_FOUND', `there is no file ${fileOf(job.entry)}`, {
      hint: 'check `directory` and `name`, which is the name of the file',
    });
  },

  async dump(job, sink, context) {
    await sink.directory((path) => {
      const copy = `VACUUM INTO ${quoted(join(path, 'database'))}`;
      return context.run(sqlite3('-readonly', fileOf(job.entry), copy));
    });
    return { format: 'database' };
  },

  async restore(job, source, context) {
    const live = fileOf(job.entry);
    const digest = createHash('sha256').update(job.entry.name).digest('hex');
    const fresh = resolve(job.entry.directory, `${ours}${digest}`);
    await rm(fresh, { force: true }); // what is left of an attempt that was killed
    context.defer(() => rm(fresh, { force: true }));
    if (job.meta.format === 'sql') await source.into(sqlite3(fresh));
    else await source.directory((path) => copyFile(join(path, 'database'), fresh));
    await refuseDamaged(fresh, job.meta, context);
    if (job.strategy === 'in-place') await context.run(sqlite3(live, `.restore ${dotQuoted(fresh)}`));
    else await swapIn(fresh, live, context);
  },

  recognise(head) {
    const isScript = /^PRAGMA foreign_keys=OFF;\s+BEGIN TRANSACTION;/.test(Buffer.from(head).toString('latin1'));
    return isScript ? { format: 'sql' } : undefined;
  },

  explain(stderr) {
    if (/database is (?:locked|busy)/.test(stderr)) {
      return { code: 'CONNECTION_FAILED', hint: 'a program keeps the database locked: try again when it is done' };
    }
    if (/unable to open database/.test(stderr)) {
      return { code: 'PERMISSION_MISSING', hint: 'see that the file and its directory can be read and written' };
    }
    return undefined;
  },
});

/** Every SQLite file but an empty one begins so: sqlite.org/fileformat.html */
async function isDatabase(/** @type {string} */ file) {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1') === 'SQLite format 3\0';
  } finally {
    await handle.close();
  }
}

/**
 * @param {string} fresh
 * @param {import('@dumpstream/core').Meta} meta
 * @param {import('@dumpstream/core').HookContext} context
 */
async function refuseDamaged(fresh, meta, context) {
  const found = (await context.run(sqlite3(fresh, 'PRAGMA integrity_check'))).trim();
  // A script that ended with an error when it was made takes everything back at its end.
  const isEmpty = (await context.run(sqlite3(fresh, 'PRAGMA schema_version'))).trim() === '0';
  if (found === 'ok' && !(isEmpty && meta.format === 'sql')) return;
  throw new BackupError(
    'RESTORE_FAILED',
    `the dump is no whole database: ${found === 'ok' ? 'it makes nothing' : found}`,
    {
      hint: 'choose another archive',
    },
  );
}

/** @param {string} fresh @param {string} live @param {import('@dumpstream/core').HookContext} context */
async function swapIn(fresh, live, context) {
  const old = await stat(live).catch(() => undefined);
  if (old !== undefined) {
    // Whoever closes a database last removes its journal. One that stays would be played into the new file.
    await context.run(sqlite3(live, 'PRAGMA wal_checkpoint(TRUNCATE)')).catch(() => {
      context.signal.throwIfAborted(); // a damaged one has no journal to be written back, and is replaced
    });
    for (const journal of [`${live}-wal`, `${live}-journal`]) {
      if (!(await exists(journal))) continue;
      throw new BackupError('RESTORE_FAILED', `${live} is in use: there is ${journal}`, {
        hint: 'stop the programs that use it, or restore with the strategy in-place',
      });
    }
    await chown(fresh, old.uid, old.gid);
    await chmod(fresh, old.mode);
  }
  await rename(fresh, live);
}

/** As a command that begins with a dot takes it: sqlite.org/cli.html */
function dotQuoted(/** @type {string} */ text) {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
