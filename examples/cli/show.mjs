/** What came out of each verb, for people. */

/** @import { Archive, BackupReport, CheckReport, CompactReport, PruneReport, RestoreReport } from '@dumpstream/core' */

/** @param {BackupReport | RestoreReport} report */
export function outcome(report) {
  const databases = report.databases.map(({ name, status, bytes }) => `${name}  ${status}  ${bytes} bytes`);
  if (!('repositories' in report)) return databases.join('\n');
  const stored = report.repositories.map(({ repository, archive, status }) => `${repository}  ${status}  ${archive}`);
  return [...databases, ...stored].join('\n');
}

/** @param {Archive[]} found */
export function archives(found) {
  return found
    .map(({ name, time, status, databases }) =>
      [name, time, status, databases.map(({ name }) => name).join(' ')].join('  '),
    )
    .join('\n');
}

/** @param {PruneReport} report */
export function pruned({ repositories }) {
  return repositories
    .flatMap(({ archives }) => archives.map(({ action, name, why }) => `${action}  ${name}  ${why}`))
    .join('\n');
}

/** @param {CompactReport} report */
export function compacted({ repositories }) {
  return repositories.map(({ repository, freedBytes = 0 }) => `${repository}  ${freedBytes} bytes less`).join('\n');
}

/** @param {CheckReport} report */
export function checked({ repositories }) {
  return repositories.map(({ repository, status }) => `${repository}  ${status}`).join('\n');
}
