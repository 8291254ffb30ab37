import { BackupError } from '@dumpstream/core';
import type { Entry, Format } from './entry.ts';
import { isOneOf, type OptionTable, optionsIn, refuse, wordsOf } from './options.ts';

const connection: Readonly<Record<string, string>> = {
  dbname: 'a restore knows where to; use `to.name` for another name',
  host: 'use the key `hostname` or `restore_hostname`',
  port: 'use the key `port` or `restore_port`',
  username: 'use the key `username` or `restore_username`',
  password: 'use the key `password` or `restore_password`; nobody is there to be asked',
  help: 'it does nothing',
  version: 'it does nothing',
};

const refusedByRestore: Readonly<Record<string, string>> = {
  ...connection,
  file: 'a restore writes no file',
  list: 'a restore writes no list',
  format: 'the archive says what format a dump has',
  create: 'a restore creates the database itself',
};
const restoreTable: OptionTable = {
  letters: {
    d: 'dbname',
    f: 'file',
    F: 'format',
    l: 'list',
    V: 'version',
    '?': 'help',
    C: 'create',
    h: 'host',
    p: 'port',
    U: 'username',
    W: 'password',
    a: 'data-only',
    I: 'index',
    L: 'use-list',
    n: 'schema',
    N: 'exclude-schema',
    P: 'function',
    s: 'schema-only',
    t: 'table',
    T: 'trigger',
  },
  takesValue: 'dfFhIjLnNpPStTU',
  longWithValue: [
    'dbname',
    'exclude-schema',
    'file',
    'filter',
    'format',
    'function',
    'host',
    'index',
    'jobs',
    'port',
    'restrict-key',
    'role',
    'schema',
    'section',
    'superuser',
    'table',
    'trigger',
    'use-list',
    'username',
  ],
};
const selecting = [
  'data-only',
  'exclude-schema',
  'filter',
  'function',
  'index',
  'no-data',
  'no-schema',
  'schema',
  'schema-only',
  'section',
  'table',
  'trigger',
  'use-list',
];

const refusedByPsql: Readonly<Record<string, string>> = {
  ...connection,
  command: 'it is already said what is to be run',
  file: 'it is already said what is to be run',
  list: 'it is already said what is to be run',
  output: 'nothing is printed',
  'single-step': 'nobody is there to be asked',
};
const psqlTable: OptionTable = {
  letters: {
    c: 'command',
    d: 'dbname',
    f: 'file',
    l: 'list',
    V: 'version',
    '?': 'help',
    o: 'output',
    s: 'single-step',
    h: 'host',
    p: 'port',
    U: 'username',
    W: 'password',
  },
  takesValue: 'cdfFhLopPRTUv',
  longWithValue: [
    'command',
    'dbname',
    'field-separator',
    'file',
    'host',
    'log-file',
    'output',
    'port',
    'pset',
    'record-separator',
    'set',
    'table-attr',
    'username',
    'variable',
  ],
};

/**
 * The entry's `restore_options`, for pg_restore, or for psql where the dump is plain.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that would lead the restore elsewhere
 */
export function loadOptions(entry: Entry, format: Format): string[] {
  if (format === 'plain') return psqlOptions('restore_options', entry);
  const words = wordsOf('restore_options', entry.restore_options);
  refuse('restore_options', optionsIn(words, restoreTable), refusedByRestore);
  return words;
}

/**
 * That nothing is left out of a dump which is to take the place of a database as it is.
 * @throws BackupError `CONFIG_INVALID`
 */
export function refuseSelecting(entry: Entry, format: Format): void {
  if (format === 'plain') return;
  const words = wordsOf('restore_options', entry.restore_options);
  const found = [...optionsIn(words, restoreTable)].find(({ name }) => isOneOf(name, selecting));
  if (found === undefined) return;
  throw new BackupError(
    'CONFIG_INVALID',
    `\`restore_options\` restores only a part by --${found.name}, and the database '${entry.name}' would lose the rest`,
    { hint: 'restore with the strategy in-place, or under another name: `to.name`' },
  );
}

/**
 * `restore_options`, `list_options` or `analyze_options`, for psql.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that would make psql do something else
 */
export function psqlOptions(key: 'restore_options' | 'list_options' | 'analyze_options', entry: Entry): string[] {
  const words = wordsOf(key, entry[key]);
  refuse(key, optionsIn(words, psqlTable), refusedByPsql);
  return words;
}
