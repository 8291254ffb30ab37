import type { Entry } from './entry.ts';
import { permitted, type Refusal } from './option-words.ts';

/** What would keep the client from reading SQL, or us from reading its answers. */
const refusal: Refusal = {
  reasons: {
    host: 'use the key `hostname`',
    port: 'use the key `port`',
    user: 'use the key `username`',
    password: 'use the key `password`',
    socket: 'use the key `socket_path`',
    database: 'it is the entry’s',
    'one-database': 'a restore has one',
    execute: 'the client reads its statements from what it is given',
    'init-command': 'the client is given one of ours',
    delimiter: 'the statements that the client is given end with `;`',
    table: 'the client’s answers are read by this program',
    vertical: 'the client’s answers are read by this program',
    html: 'the client’s answers are read by this program',
    xml: 'the client’s answers are read by this program',
    raw: 'the client’s answers are read by this program',
    help: 'the client would do nothing else',
    version: 'the client would do nothing else',
  },
  letters: {
    h: 'host',
    P: 'port',
    u: 'user',
    p: 'password',
    S: 'socket',
    D: 'database',
    o: 'one-database',
    e: 'execute',
    t: 'table',
    E: 'vertical',
    H: 'html',
    X: 'xml',
    r: 'raw',
    '?': 'help',
    I: 'help',
    V: 'version',
  },
  takeValue: 'DPSehu',
};

/**
 * The entry's `list_options` or `restore_options` as arguments for the client.
 * @throws BackupError `CONFIG_INVALID`
 */
export function clientOptions(entry: Entry, key: 'list_options' | 'restore_options'): readonly string[] {
  return permitted(entry, key, refusal);
}
