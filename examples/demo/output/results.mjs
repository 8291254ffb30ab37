import { differences } from '../snapshot/compare.mjs';
import { count, seconds, size, table } from './format.mjs';

/**
 * @param {object} found
 * @param {Map<string, import('../snapshot/compare.mjs').Snapshot>} found.before
 * @param {Map<string, import('../snapshot/compare.mjs').Snapshot>} found.after
 * @param {import('@dumpstream/core').BackupReport} found.stored
 * @param {import('@dumpstream/core').RestoreReport} found.restored
 * @returns {{ text: string, same: boolean }}
 */
export function results({ before, after, stored, restored }) {
  /** @type {string[]} */
  const problems = [];
  const rows = [...before].map(([name, was]) => {
    const different = differences(was, after.get(name) ?? { objects: {}, tables: {} });
    problems.push(...different.map((difference) => `${name}: ${difference}`));
    const tables = Object.values(was.tables);
    const dump = stored.databases.find((database) => database.name === name);
    const load = restored.databases.find((database) => database.name === name);
    return [
      name,
      count(tables.length),
      count(tables.reduce((sum, { rows: n }) => sum + n, 0)),
      count(Object.keys(was.objects).length),
      size(dump?.bytes ?? 0),
      seconds(dump?.durationMs ?? 0),
      seconds(load?.durationMs ?? 0),
      different.length === 0 ? 'as before' : `DIFFERENT (${different.length})`,
    ];
  });
  const head = ['database', 'tables', 'rows', 'objects', 'dump', 'backed up in', 'restored in', 'content'];
  const [repository] = stored.repositories;
  const same = problems.length === 0;
  const verdict = same
    ? 'Every row and every object is as it was.'
    : `Not as it was:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  const space = `The archive holds ${size(repository?.originalBytes ?? 0)}; the repository grew by ${size(repository?.deduplicatedBytes ?? 0)}.`;
  return { text: `${table([head, ...rows])}\n\n${space}\n${verdict}`, same };
}
