import { hostname, userInfo } from 'node:os';
import { BackupError } from './errors.ts';

/** Names of the reference's default form: when and where. */
export const defaultFormat = '{hostname}-{now:%Y-%m-%dT%H:%M:%S.%f}';

/**
 * Fills in a format with Borg's placeholders: its manual, "Placeholders". Done here and not by Borg, so that the name is
 * known before the archive is begun.
 * @throws BackupError CONFIG_INVALID for a placeholder that there is not, or a name that Borg would not take
 */
export function archiveName(format: string, now: Date): string {
  const name = fillIn(format, {
    ...hostValues,
    ...runValues,
    pid: () => String(process.pid),
    now: (time) => formatTime(now, time, false),
    utcnow: (time) => formatTime(now, time, true),
  });
  if (name === '' || /[/\s]|::/.test(name) || name.startsWith('-') || name.endsWith('.checkpoint')) {
    throw invalid(format, `it gives ${JSON.stringify(name)}, which cannot be an archive's name`);
  }
  return name;
}

/**
 * Fits the names that a format gives here at any time and in any process, and no others.
 * @param anyHost on any host, too
 * @throws BackupError CONFIG_INVALID as {@link archiveName}
 */
export function archiveNames(format: string, anyHost: boolean): RegExp {
  const fixed = Object.entries({ ...hostValues, ...runValues }).map(([key, value]) => {
    return [key, () => (anyHost && key in hostValues ? '[^/\\s]+' : literally(value()))] as const;
  });
  const time = (format: string) => formatWith(format, timePatterns, literally);
  const pattern = fillIn(
    format,
    { ...Object.fromEntries(fixed), pid: () => '\\d+', now: time, utcnow: time },
    literally,
  );
  return new RegExp(`^${pattern}$`);
}

type Value = (time: string) => string;

const hostValues = {
  hostname: () => hostname().split('.')[0] as string,
  fqdn: () => hostname(),
  'reverse-fqdn': () => hostname().split('.').reverse().join('.'),
};

const runValues = { user: () => userInfo().username };

const placeholders = [...Object.keys(hostValues), ...Object.keys(runValues), 'pid', 'now', 'utcnow'];

/** @param text what becomes of the rest */
function fillIn(format: string, values: Readonly<Record<string, Value>>, text = (literal: string) => literal): string {
  return format.replace(
    /\{\{|\}\}|\{([^{}:]*)(?::([^{}]*))?\}|[{}]|[^{}]+/g,
    (found, key?: string, time = '%Y-%m-%dT%H:%M:%S') => {
      if (found === '{{' || found === '}}') return text(found.slice(1));
      if (!/^[{}]/.test(found)) return text(found);
      const value = key !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
      if (value === undefined) throw invalid(format, `${found} is no placeholder`);
      return value(time);
    },
  );
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function invalid(format: string, what: string): BackupError {
  return new BackupError('CONFIG_INVALID', `archive_name_format ${JSON.stringify(format)}: ${what}`, {
    hint: `the placeholders are ${placeholders.map((name) => `{${name}}`).join(', ')}; {now} and {utcnow} take a format, as {now:%Y-%m-%d}`,
  });
}

/** What each directive below gives. */
const timePatterns: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  ...Object.fromEntries([...'ymdHMS'].map((directive) => [directive, '\\d{2}'])),
  f: '\\d{6}',
  F: '\\d{4}-\\d{2}-\\d{2}',
  T: '\\d{2}:\\d{2}:\\d{2}',
  j: '\\d{3}',
  s: '\\d+',
  '%': '%',
};

/** The directives of strftime(3) that names are made of. */
function formatTime(date: Date, format: string, utc: boolean): string {
  const at = utc ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  const iso = at.toISOString();
  const dayOfYear = Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  const values: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    y: iso.slice(2, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    f: `${iso.slice(20, 23)}${belowMillisecond()}`,
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    j: String(dayOfYear).padStart(3, '0'),
    s: String(Math.floor(date.getTime() / 1000)),
    '%': '%',
  };
  return formatWith(format, values);
}

function formatWith(format: string, values: Readonly<Record<string, string>>, text = (literal: string) => literal) {
  return format.replace(/%(.)|[^%]+|%$/g, (found, directive?: string) => {
    if (directive === undefined) return text(found);
    const value = values[directive];
    if (value === undefined) throw invalid(found, `${found} is no known part of a time`);
    return value;
  });
}

let names = Math.floor(Math.random() * 1000); // so that two processes begin elsewhere

/** The digits that `Date` does not tell are counted up: the names of runs in one millisecond differ. */
function belowMillisecond(): string {
  names = (names + 1) % 1000;
  return String(names).padStart(3, '0');
}
