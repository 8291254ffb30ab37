import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Item } from './hook.ts';

/** Longest file name, in bytes, that the usual file systems take. */
const nameMax = 255;

/** An entry, or a `DatabaseRef`: of its keys, these say where a database is. */
export type Whereabouts =
  | { readonly hostname?: unknown; readonly port?: unknown; readonly label?: unknown }
  | Readonly<Record<string, unknown>>;

/**
 * Where the databases of an entry have their place among those of the same hook: `label`, or `host[:port]`, as one path
 * segment. The host is `localhost` where none is given.
 */
export function placeOf(entry: Whereabouts): string {
  if (isGiven(entry.label)) return encodeSegment(String(entry.label));
  const host = isGiven(entry.hostname) ? String(entry.hostname) : 'localhost';
  const port = isGiven(entry.port) ? `:${encodeSegment(String(entry.port), 40)}` : '';
  return encodeSegment(host, nameMax - port.length) + port;
}

/**
 * Path of an item in the archive, which depends on no user, home or machine: `dumpstream/<hook>/<place>/<name>`.
 * That of globals begins with `~` and goes on, which that of no database does.
 */
export function itemPath(hook: string, entry: Whereabouts, item: Item): string {
  const name = item.kind === 'globals' ? `~${encodeSegment(item.name, nameMax - 1)}` : encodeSegment(item.name);
  return `dumpstream/${encodeSegment(hook)}/${placeOf(entry)}/${name}`;
}

/** Where a configuration file lies in the archive. */
export function configurationPath(file: string): string {
  return `dumpstream/configuration/${encodeSegment(basename(file))}`;
}

/**
 * Any name as one path segment of ASCII: `decodeURIComponent` gives the name back. Two exceptions: what would be too long
 * is cut and ends with `~` and a digest of the name, and the empty name is `~`. Different names give different segments.
 * @param limit most bytes of the result
 */
export function encodeSegment(name: string, limit: number = nameMax): string {
  if (name === '') return '~';
  const encoded = Array.from(name, encodeCharacter);
  const whole = encoded.join('');
  if (whole.length <= limit && !loneSurrogate.test(name)) return whole;
  const ending = `~${digest(name)}`;
  return cut(encoded, limit - ending.length) + ending;
}

/** Half a character, which is in no UTF-8 text: it cannot be encoded, and all of them would look alike. */
const loneSurrogate = /\p{Surrogate}/u;

function encodeCharacter(character: string, index: number): string {
  if (loneSurrogate.test(character)) return '%EF%BF%BD';
  const special = /[!'()*~]/.test(character) || (index === 0 && /[.-]/.test(character));
  return special ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encodeURIComponent(character);
}

/** As many whole characters as fit, so that the prefix can be decoded, too. */
function cut(encoded: readonly string[], limit: number): string {
  let prefix = '';
  for (const character of encoded) {
    if (prefix.length + character.length > limit) break;
    prefix += character;
  }
  return prefix;
}

function digest(name: string): string {
  const bytes = Buffer.from(name, loneSurrogate.test(name) ? 'utf16le' : 'utf8');
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Of stored paths: whether one is the place itself, or in it. */
export function isAtOrBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
