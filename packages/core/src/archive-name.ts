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
  const fqdn = hostname();
  const values: Readonly<Record<string, (time: string) => string>> = {
    hostname: () => fqdn.split('.')[0] as string,
    fqdn: () => fqdn,
    'reverse-fqdn': () => fqdn.split('.').reverse().join('.'),
    user: () => userInfo().username,
    pid: () => String(process.pid),
    now: (time) => formatTime(now, time, false),
    utcnow: (time) => formatTime(now, time, true),
  };
  const name = format.replace(/\{\{|\}\}|\{([^{}:]*)(?::([^{}]*))?\}|[{}]/g, (found, key?: string, time?: string) => {
    if (found === '{{' || found === '}}') return found.slice(1);
    const value = key === undefined ? undefined : values[key];
    if (value === undefined) throw invalid(format, `${found} is no placeholder`, Object.keys(values));
    return value(time ?? '%Y-%m-%dT%H:%M:%S');
  });
  if (name === '' || /[/\s]|::/.test(name) || name.startsWith('-') || name.endsWith('.checkpoint')) {
    throw invalid(format, `it gives ${JSON.stringify(name)}, which cannot be an archive's name`, Object.keys(values));
  }
  return name;
}

function invalid(format: string, what: string, known: readonly string[]): BackupError {
  return new BackupError('CONFIG_INVALID', `archive_name_format ${JSON.stringify(format)}: ${what}`, {
    hint: `the placeholders are ${known.map((name) => `{${name}}`).join(', ')}; {now} and {utcnow} take a format, as {now:%Y-%m-%d}`,
  });
}

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
    f: `${iso.slice(20, 23)}${microseconds()}`,
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    j: String(dayOfYear).padStart(3, '0'),
    s: String(Math.floor(date.getTime() / 1000)),
    '%': '%',
  };
  return format.replace(/%(.)/g, (found, directive: string) => {
    const value = values[directive];
    if (value === undefined) throw invalid(found, `${found} is no known part of a time`, ['now', 'utcnow']);
    return value;
  });
}

/** What `Date` does not tell: two runs in one millisecond are not to collide. */
function microseconds(): string {
  const fraction = performance.now() % 1;
  return String(Math.floor(fraction * 1000)).padStart(3, '0');
}
