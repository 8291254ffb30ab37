import { BackupError } from '@dumpstream/core';
import type { Entry, Format } from './entry.ts';
import { isOneOf, type Option, type OptionTable, optionsIn, refuse, wordsOf } from './options.ts';

/** What each would do behind our back, by pg_dump's long name. */
const refused: Readonly<Record<string, string>> = {
  file: 'the dump goes into the archive',
  format: 'use the key `format`',
  dbname: 'use the key `name`',
  host: 'use the key `hostname`',
  port: 'use the key `port`',
  username: 'use the key `username`',
  password: 'use the key `password`; nobody is there to be asked',
  // A plain dump would reconnect to the live database in the middle of its restore.
  create: 'a restore creates the database itself',
  help: 'it makes no dump',
  version: 'it makes no dump',
};
const refusedInPlain: Readonly<Record<string, string>> = {
  clean: 'such a dump cannot be loaded into an empty database; a restore replaces what is there without it',
  compress: 'psql, which restores such a dump, cannot read it; the archive is compressed, see the key `compression`',
};
const refusedInTar: Readonly<Record<string, string>> = {
  compress: 'the tar format has no compression; the archive is compressed, see the key `compression`',
};

const table: OptionTable = {
  letters: {
    f: 'file',
    F: 'format',
    d: 'dbname',
    h: 'host',
    p: 'port',
    U: 'username',
    W: 'password',
    C: 'create',
    c: 'clean',
    V: 'version',
    '?': 'help',
    Z: 'compress',
    B: 'no-blobs',
    e: 'extension',
    n: 'schema',
    N: 'exclude-schema',
    s: 'schema-only',
    t: 'table',
    T: 'exclude-table',
  },
  takesValue: 'deEfFhjnNpStTUZ',
  longWithValue: [
    'compress',
    'dbname',
    'encoding',
    'exclude-schema',
    'exclude-table',
    'exclude-table-data',
    'extension',
    'extra-float-digits',
    'file',
    'filter',
    'format',
    'host',
    'include-foreign-data',
    'jobs',
    'lock-wait-timeout',
    'port',
    'restrict-key',
    'role',
    'rows-per-insert',
    'schema',
    'section',
    'snapshot',
    'superuser',
    'table',
    'username',
  ],
};

/** Of the options that leave some objects out, the beginnings. */
const selecting = ['exclude-', 'extension', 'filter', 'no-data', 'schema', 'section', 'table'];

/** What an entry asks of pg_dump. */
export interface DumpOptions {
  readonly words: readonly string[];
  /** The role that pg_dump works as. */
  readonly role: string | undefined;
  /** Whether only some of the objects are wanted. */
  readonly selects: boolean;
  readonly largeObjects: boolean;
  readonly subscriptions: boolean;
  /** Whether rows may be left out that policies hide. */
  readonly rowSecurity: boolean;
}

/**
 * The entry's `options` for pg_dump.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that would make the dump go elsewhere
 *   or be something else than what the archive says
 */
export function dumpOptions(entry: Entry): DumpOptions {
  const format = entry.format ?? 'custom';
  const words = wordsOf('options', entry.options);
  const options = [...optionsIn(words, table)];
  refuse('options', options, refused);
  if (format === 'plain') refuse('options', options, refusedInPlain);
  if (format === 'tar') refuse('options', options, refusedInTar);
  const has = (...known: string[]) => options.some(({ name }) => isOneOf(name, known));
  return {
    words,
    role: roleIn(options),
    selects: options.some(({ name }) => selecting.some((each) => name.startsWith(each) || each.startsWith(name))),
    largeObjects: !has('no-blobs', 'no-large-objects'),
    subscriptions: !has('no-subscriptions'),
    rowSecurity: has('enable-row-security'),
  };
}

function roleIn(options: readonly Option[]): string | undefined {
  return options.findLast(({ name }) => name.length > 2 && 'role'.startsWith(name))?.value;
}

/**
 * The entry's `compression` as arguments for pg_dump, which compresses by default what the archive then cannot
 * deduplicate.
 * @throws BackupError `CONFIG_INVALID` where the format has none
 */
export function compressionArgs({ compression = 0, format = 'custom' }: Entry): string[] {
  const level = levelOf(compression);
  if (formatCompresses[format]) return [`--compress=${level}`];
  if (level === '0') return [];
  throw new BackupError('CONFIG_INVALID', `\`compression\` is not for dumps of the format ${format}`, {
    hint: 'leave it out: the archive is compressed',
  });
}

const formatCompresses: Readonly<Record<Format, boolean>> = {
  custom: true,
  directory: true,
  plain: false,
  tar: false,
};

/** Whether only pg_dump 16 and later knows it. */
export function needsNewClient({ compression = 0 }: Entry): boolean {
  return !/^\d$/.test(levelOf(compression));
}

/** A level where it can be, which every version of pg_dump knows. */
function levelOf(compression: string | number): string {
  const text = String(compression);
  if (text.startsWith('none')) return '0';
  if (text === 'gzip') return '6';
  return /^gzip:(\d)$/.exec(text)?.[1] ?? text;
}
