import type { Entry } from './entry.ts';
import { permitted, type Refusal } from './option-words.ts';

/** What each would do behind our back. */
const refusal: Refusal = {
  reasons: {
    'all-databases': 'an entry is one database; use the name `all`, or add an entry for each',
    databases: 'an entry is one database, and its dump must fit one of another name; add an entry for each',
    'result-file': 'the dump goes into the archive',
    tab: 'the dump goes into the archive',
    xml: 'such a dump cannot be restored',
    host: 'use the key `hostname`',
    port: 'use the key `port`',
    user: 'use the key `username`',
    password: 'use the key `password`',
    socket: 'use the key `socket_path`',
    help: 'it makes no dump',
    version: 'it makes no dump',
  },
  letters: {
    A: 'all-databases',
    B: 'databases',
    r: 'result-file',
    T: 'tab',
    X: 'xml',
    h: 'host',
    P: 'port',
    u: 'user',
    p: 'password',
    S: 'socket',
    '?': 'help',
    I: 'help',
    V: 'version',
  },
  takeValue: 'hPrSTuw',
};

/**
 * The entry's `options` as arguments for the dump program.
 * @throws BackupError `CONFIG_INVALID` when they cannot be split, or hold one that would make the dump go elsewhere or be
 *   something else than one database
 */
export function dumpOptions(entry: Entry): readonly string[] {
  return permitted(entry, 'options', refusal);
}

/** What is no table, and can be left out of a dump. */
export type Part = 'triggers' | 'routines' | 'events';

/** Whether a part is to be dumped: unless its key says no, or the options do. */
export function wants(entry: Entry, part: Part): boolean {
  const word = new RegExp(`^--(skip-|disable-|no-)?${part}(?:=(.*))?$`);
  let wanted = part === 'triggers' || entry[part] !== false;
  for (const option of dumpOptions(entry)) {
    const [found, no, value] = word.exec(option) ?? [];
    if (found !== undefined) wanted = no === undefined && !/^(?:0|off|false)$/i.test(value ?? '');
  }
  return wanted;
}
