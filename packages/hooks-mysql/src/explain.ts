import type { Explanation } from '@dumpstream/core';

const unreachable = 'is the server running, and are `hostname` and `port` right?';
const away =
  'the server ended the connection: see its log; a dump that waits for a slow repository needs a longer net_write_timeout, a restore of long rows a larger max_allowed_packet';
const denied =
  'check `username` and `password`, and that the account may log in from this host; without `password` the client takes what its option files say';
const missing = 'grant the account what the message names';
const plugin =
  'the installed client cannot log in to this server: install the one of the server’s own family and version';
const unknown = 'the dump comes from a server that knows more than this one';

/** What the numbers of errors mean, of client and server. */
const meanings: Readonly<Record<string, Explanation>> = {
  1040: { code: 'CONNECTION_FAILED', hint: 'the server has no connection left: raise max_connections' },
  1129: { code: 'CONNECTION_FAILED', hint: 'the server blocks this host: run FLUSH HOSTS there' },
  1130: { code: 'CONNECTION_FAILED', hint: denied },
  1203: { code: 'CONNECTION_FAILED', hint: 'the account has no connection left' },
  1226: { code: 'CONNECTION_FAILED', hint: 'the account has used up what it may' },
  2002: { code: 'CONNECTION_FAILED', hint: unreachable },
  2003: { code: 'CONNECTION_FAILED', hint: unreachable },
  2005: { code: 'CONNECTION_FAILED', hint: 'is `hostname` right?' },
  2006: { code: 'CONNECTION_FAILED', hint: away },
  2013: { code: 'CONNECTION_FAILED', hint: away },
  2026: { code: 'CONNECTION_FAILED', hint: 'client and server do not agree on TLS' },
  2055: { code: 'CONNECTION_FAILED', hint: away },
  1045: { code: 'CONNECTION_FAILED', hint: denied },
  1698: {
    code: 'CONNECTION_FAILED',
    hint: `${denied}; some accounts may log in only as the system's user of that name`,
  },
  1862: { code: 'CONNECTION_FAILED', hint: 'the password has expired' },
  1251: { code: 'VERSION_UNSUPPORTED', hint: plugin },
  2058: { code: 'VERSION_UNSUPPORTED', hint: plugin },
  2059: { code: 'VERSION_UNSUPPORTED', hint: plugin },
  2061: { code: 'CONNECTION_FAILED', hint: 'this kind of account wants an encrypted connection' },
  1044: { code: 'PERMISSION_MISSING', hint: missing },
  1142: { code: 'PERMISSION_MISSING', hint: missing },
  1143: { code: 'PERMISSION_MISSING', hint: missing },
  1227: { code: 'PERMISSION_MISSING', hint: missing },
  1370: { code: 'PERMISSION_MISSING', hint: missing },
  1419: { code: 'PERMISSION_MISSING', hint: 'grant SUPER, or set log_bin_trust_function_creators on the server' },
  1049: { code: 'DATABASE_NOT_FOUND', hint: 'check `name`; an account without rights on a database does not see it' },
  1356: {
    code: 'DUMP_FAILED',
    hint: 'repair or drop the view; with `--ignore-table=DATABASE.VIEW` in `options` it is left out',
  },
  2020: { code: 'DUMP_FAILED', hint: 'a row is longer than the client can take' },
  1153: { code: 'RESTORE_FAILED', hint: 'a row is longer than the server takes: raise its max_allowed_packet' },
  4091: {
    code: 'RESTORE_FAILED',
    hint: 'tables of the dump take numbers from sequences that the database does not have now: restore it with the strategy `in-place`',
  },
  1819: {
    code: 'RESTORE_FAILED',
    hint: 'the server’s password policy refuses the password of an account: relax the policy meanwhile',
  },
  1205: { code: 'RESTORE_FAILED', hint: 'another session holds a table of the database: end it' },
  1115: { code: 'VERSION_UNSUPPORTED', hint: unknown },
  1193: { code: 'VERSION_UNSUPPORTED', hint: unknown },
  1273: { code: 'VERSION_UNSUPPORTED', hint: unknown },
  1286: { code: 'VERSION_UNSUPPORTED', hint: `${unknown}: it has an engine that is not here` },
};

/** `ERROR 1045 (28000) at line 3: …`, `mysqldump: Got error: 1045: …`, `Error 2013: …`, `Couldn't execute '…': … (1142)` */
const patterns = [/^ERROR (\d{4})\b/m, /\b(?:Got error|Error): ?(\d{4}):/m, /\bError (\d{4}):/m, /\((\d{4})\)\s*$/m];

/** Names of what a restore has beside the live database: it is gone, or another's. */
const takenOver =
  /\bERROR (?:1146\b.*\bdumpstream_[0-9a-f]{16}'|(?:1007|1049)\b.*'dumpstream_[0-9a-f]{32}_(?:new|old)')/i;

/** Whether a client's last lines say that another restore has cleared away what was beside the live database. */
export function isTakenOver(stderr: string): boolean {
  return takenOver.test(stderr);
}

/** What a client's last lines mean. */
export function explain(stderr: string): Explanation | undefined {
  // What a session does that cannot have the lock of a restore.
  if (/^ERROR 1690\b.*'exp\(1000\)'/im.test(stderr)) {
    return { code: 'RESTORE_FAILED', hint: 'another restore of this database is running: wait for its end' };
  }
  if (isTakenOver(stderr)) {
    return { code: 'RESTORE_FAILED', hint: 'another restore of this database has begun: wait for its end' };
  }
  if (/Unknown command '\\-'/.test(stderr)) {
    return {
      code: 'VERSION_UNSUPPORTED',
      hint: 'the dump begins with the sandbox command of mariadb-dump: restore it with a newer client of MariaDB',
    };
  }
  for (const pattern of patterns) {
    const number = pattern.exec(stderr)?.[1];
    if (number !== undefined) return meanings[number];
  }
  return undefined;
}
