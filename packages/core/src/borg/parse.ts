import { BackupError } from '../errors.ts';
import type { ArchiveEntry, StoredArchive } from '../repository.ts';

/** `borg list --json REPOSITORY` */
export function parseArchives(stdout: string): StoredArchive[] {
  const { archives } = parseJson(stdout) as { archives: Record<string, string>[] };
  return archives.map(({ archive = '', id = '', start = '', comment = '' }) => ({
    name: archive,
    id,
    time: toIso(start),
    comment,
  }));
}

/** `borg list --json-lines REPOSITORY::ARCHIVE` */
export function parseEntries(stdout: string): ArchiveEntry[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { type, path, size, healthy } = parseJson(line) as Record<string, unknown>;
      return {
        path: String(path),
        type: type === '-' ? 'file' : type === 'd' ? 'directory' : 'other',
        bytes: Number(size ?? 0),
        whole: healthy !== false,
      } as const;
    });
}

interface CreateResult {
  readonly originalBytes: number;
  readonly deduplicatedBytes: number;
}

/** `borg create --json` */
export function parseCreated(stdout: string): CreateResult {
  const { archive } = parseJson(stdout) as { archive: { stats: Record<string, number> } };
  return {
    originalBytes: archive.stats.original_size ?? 0,
    deduplicatedBytes: archive.stats.deduplicated_size ?? 0,
  };
}

/** Of `borg list --json`: names with the arguments of the command that made each. */
export function parseCommandLines(stdout: string): { readonly name: string; readonly args: readonly string[] }[] {
  const { archives } = parseJson(stdout) as { archives: { archive: string; command_line: string[] }[] };
  return archives.map(({ archive, command_line }) => ({ name: archive, args: command_line }));
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** What `borg compact` says at its end, with two digits. */
export function parseFreed(text: string): number | undefined {
  const [, amount, unit = ''] = /compaction freed about (-?[\d.]+) (\w+)/.exec(text) ?? [];
  if (amount === undefined || !units.includes(unit)) return undefined;
  return Math.max(0, Math.round(Number(amount) * 1000 ** units.indexOf(unit)));
}

/** Borg was run with TZ=UTC and mostly writes no zone. */
function toIso(time: string): string {
  return new Date(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`).toISOString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BackupError('REPOSITORY_FAILED', `Borg's output was not understood: ${text.slice(0, 200)}`, {
      cause,
      hint: 'check `borg --version`: 1.2 and 1.4 are supported',
    });
  }
}
