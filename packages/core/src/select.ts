import { BackupError } from './errors.ts';
import { describe } from './job.ts';
import type { Selector } from './options.ts';
import type { DatabaseRef } from './report.ts';

/**
 * Those of an archive's databases that are chosen, in the archive's order.
 * @throws BackupError DATABASE_NOT_FOUND, DATABASE_AMBIGUOUS
 */
export function select<T extends DatabaseRef>(available: readonly T[], selectors?: readonly Selector[]): readonly T[] {
  if (selectors === undefined) return available;
  if (selectors.length === 0) {
    throw new BackupError('DATABASE_NOT_FOUND', 'no database is chosen: `databases` is empty', {
      hint: `leave it out for all of them; the archive holds ${list(available)}`,
    });
  }
  const chosen = new Set(selectors.flatMap((selector) => matching(available, selector)));
  return available.filter((database) => chosen.has(database));
}

function matching<T extends DatabaseRef>(available: readonly T[], selector: Selector): readonly T[] {
  const wanted: Partial<DatabaseRef> = typeof selector === 'string' ? { name: selector } : selector;
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    throw new BackupError('DATABASE_NOT_FOUND', 'a selector in `databases` says nothing', {
      hint: `give its \`name\`, or leave \`databases\` out for all of them; the archive holds ${list(available)}`,
    });
  }
  const found = available.filter((database) =>
    given.every(([key, value]) => database[key as keyof DatabaseRef] === value),
  );
  const what = given.length === 1 && wanted.name !== undefined ? wanted.name : JSON.stringify(wanted);
  if (found.length === 0) {
    throw new BackupError('DATABASE_NOT_FOUND', `the archive holds no database ${what}`, {
      hint: `it holds ${list(available)}`,
    });
  }
  if (wanted.name !== undefined && found.length > 1) {
    throw new BackupError('DATABASE_AMBIGUOUS', `several databases of the archive are called ${what}: ${list(found)}`, {
      hint: 'say which by `hook`, `hostname`, `port` or `label`',
    });
  }
  return found;
}

function list(databases: readonly DatabaseRef[]): string {
  return databases.length === 0 ? 'none' : databases.map(describe).join(', ');
}
