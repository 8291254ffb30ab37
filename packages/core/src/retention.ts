import type { Retention } from './options.ts';
import type { KeptBy, Period } from './report.ts';

/** What is decided about an archive, and by which rule. */
export interface Verdict {
  readonly action: 'keep' | 'remove';
  /** See `PrunedArchive`. */
  readonly why: KeptBy | 'incomplete' | 'no-rule';
  /** How many the rule has kept so far, itself included. */
  readonly number?: number;
}

export interface Candidate {
  /** ISO 8601. */
  readonly time: string;
  readonly complete: boolean;
  /** It has the last good dump of a database whose dumps have failed since. */
  readonly needed?: boolean;
}

/** Minutes that have to be taken from a point in time for its UTC to be local time; as `Date.getTimezoneOffset`. */
type Offset = (date: Date) => number;

/**
 * What `prune` does with the archives of one series: Borg's rules for the complete ones ("borg prune"), none of which count what one
 * before them keeps; and what is true whatever the rules say: incomplete ones go, the newest complete one stays, and without
 * any complete one nothing goes.
 *
 * @param archives oldest first
 */
export function decide<T extends Candidate>(
  archives: readonly T[],
  retention: Retention,
  now: Date,
  offset: Offset = (date) => date.getTimezoneOffset(),
): ReadonlyMap<T, Verdict> {
  const newestFirst = archives.filter(({ complete }) => complete).reverse();
  newestFirst.sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const [newest] = newestFirst;
  const kept = keep(newestFirst, retention, now, offset);
  if (newest !== undefined && !kept.has(newest)) kept.set(newest, { action: 'keep', why: 'last-complete' });
  for (const archive of newestFirst) {
    if (archive.needed === true && !kept.has(archive)) kept.set(archive, { action: 'keep', why: 'last-dump' });
  }
  return new Map(archives.map((archive) => [archive, kept.get(archive) ?? otherwise(archive, newest !== undefined)]));
}

function otherwise({ complete }: Candidate, isAnyComplete: boolean): Verdict {
  if (complete) return { action: 'remove', why: 'no-rule' };
  return isAnyComplete ? { action: 'remove', why: 'incomplete' } : { action: 'keep', why: 'nothing-complete' };
}

function keep<T extends Candidate>(
  newestFirst: readonly T[],
  retention: Retention,
  now: Date,
  offset: Offset,
): Map<T, Verdict> {
  const kept = new Map<T, Verdict>();
  const keepAs = (why: KeptBy, archives: readonly T[]) => {
    archives.forEach((archive, index) => {
      kept.set(archive, { action: 'keep', why, number: index + 1 });
    });
  };
  const { keepLast = 0, keepWithin } = retention;
  keepAs('last', newestFirst.slice(0, keepLast < 0 ? undefined : keepLast));
  if (keepWithin !== undefined) {
    const since = now.getTime() - hoursOf(keepWithin) * 3_600_000;
    keepAs(
      'within',
      newestFirst.filter((archive) => !kept.has(archive) && Date.parse(archive.time) > since),
    );
  }
  for (const [period, label] of Object.entries(labels) as [Period, Label][]) {
    const limit = retention[`keep${capitalised(period)}`] ?? 0;
    const { found, oldest } = newestOfEach(newestFirst, kept, limit, ({ time }) => label(localTime(time, offset)));
    keepAs(period, found);
    if (oldest === undefined) continue;
    kept.set(oldest, { action: 'keep', why: `${period}[oldest]`, number: found.length + 1 });
  }
  return kept;
}

/**
 * The newest archive of each period, but for those that are kept already, up to the limit; below 0 there is none.
 * `oldest`: the very first archive, which stays until there are as many periods as are asked for.
 */
function newestOfEach<T>(
  newestFirst: readonly T[],
  kept: ReadonlyMap<T, Verdict>,
  limit: number,
  labelOf: (archive: T) => string,
): { readonly found: readonly T[]; readonly oldest: T | undefined } {
  const found: T[] = [];
  let last: string | undefined;
  for (const archive of newestFirst) {
    if (found.length === limit) return { found, oldest: undefined };
    const label = labelOf(archive);
    if (label !== last && !kept.has(archive)) found.push(archive);
    last = label;
  }
  const oldest = newestFirst.at(-1);
  const isFree = oldest !== undefined && !kept.has(oldest) && !found.includes(oldest);
  return { found, oldest: isFree && found.length < limit ? oldest : undefined };
}

/** A point in time as ISO 8601 without a zone, and as a `Date` whose UTC is local time. */
interface LocalTime {
  readonly text: string;
  readonly date: Date;
}

type Label = (time: LocalTime) => string;

/** What archives of one period have in common. The order is that of the rules. */
const labels: Readonly<Record<Period, Label>> = {
  secondly: ({ text }) => text.slice(0, 19),
  minutely: ({ text }) => text.slice(0, 16),
  hourly: ({ text }) => text.slice(0, 13),
  daily: ({ text }) => text.slice(0, 10),
  weekly: ({ date }) => isoWeek(date).join('-'),
  monthly: ({ text }) => text.slice(0, 7),
  '13weekly': ({ date }) => {
    const [year, week] = isoWeek(date);
    return `${year}-${Math.min(4, Math.ceil(week / 13))}`;
  },
  '3monthly': ({ date }) => `${date.getUTCFullYear()}-${Math.floor(date.getUTCMonth() / 3)}`,
  yearly: ({ text }) => text.slice(0, 4),
};

function localTime(time: string, offset: Offset): LocalTime {
  const utc = new Date(time);
  const date = new Date(utc.getTime() - offset(utc) * 60_000);
  return { text: date.toISOString(), date };
}

/** ISO 8601: a week begins on Monday and belongs to the year that has its Thursday. */
function isoWeek(date: Date): readonly [year: number, week: number] {
  const day = 86_400_000;
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * day);
  const year = thursday.getUTCFullYear();
  return [year, Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day)) + 1];
}

/** Borg's units. */
const hours = { H: 1, d: 24, w: 7 * 24, m: 31 * 24, y: 365 * 24 };

function hoursOf(interval: string): number {
  return Number(interval.slice(0, -1)) * hours[interval.slice(-1) as keyof typeof hours];
}

function capitalised<T extends string>(text: T): Capitalize<T> {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}` as Capitalize<T>;
}
