import type { Explanation } from '@dumpstream/core';
import { ownWords } from './own-words.ts';

const reachable = 'see that the server runs, and that `hostname` and `port` are right';

/**
 * What messages of libpq, psql, pg_dump and pg_restore mean, the first that fits. `$1` stands for what the message
 * names.
 */
const meanings: readonly (readonly [RegExp, Explanation])[] = [
  // Of a connection that was refused by the server, which answered.
  [/FATAL: {2}database "(.*)" does not exist/s, { code: 'DATABASE_NOT_FOUND', hint: 'see that `name` is right' }],
  [
    /FATAL: {2}permission denied for database/,
    { code: 'PERMISSION_MISSING', hint: 'give the role CONNECT on the database' },
  ],
  [
    /no password supplied/,
    { code: 'CONNECTION_FAILED', hint: 'the server wants a password: set `password`, or use a ~/.pgpass file' },
  ],
  [
    /password authentication failed/,
    { code: 'CONNECTION_FAILED', hint: 'see that `username` and `password` are right' },
  ],
  [
    /(?:peer|ident) authentication failed/i,
    {
      code: 'CONNECTION_FAILED',
      hint: "the server takes the role named like the system's user only: set `hostname` to connect with a password",
    },
  ],
  // Of TLS.
  [
    /no pg_hba\.conf entry .*no encryption|server does not support SSL/s,
    { code: 'CONNECTION_FAILED', hint: 'one of server and client wants TLS, the other does not: see `ssl_mode`' },
  ],
  [
    /requires a valid client certificate|certificate authentication failed/,
    { code: 'CONNECTION_FAILED', hint: 'the server wants a certificate of the client: see `ssl_cert` and `ssl_key`' },
  ],
  [
    /(?:could not read|could not open) certificate file|private key/,
    {
      code: 'CONNECTION_FAILED',
      hint: 'see that `ssl_cert` and `ssl_key` are right, and that nobody else can read the key',
    },
  ],
  [
    /certificate verify failed|root certificate file|root\.crt/,
    {
      code: 'CONNECTION_FAILED',
      hint: 'the certificate of the server is not of those in `ssl_root_cert`, or is revoked in `ssl_crl`',
    },
  ],
  [
    /server certificate for .* does not match host name/s,
    { code: 'CONNECTION_FAILED', hint: 'the certificate of the server is for another `hostname`' },
  ],
  [
    /no pg_hba\.conf entry/,
    { code: 'CONNECTION_FAILED', hint: 'the server lets no such client in: see its pg_hba.conf' },
  ],
  [/FATAL: {2}role "(.*)" does not exist/s, { code: 'CONNECTION_FAILED', hint: 'see that `username` is right' }],
  [
    /too many clients already|remaining connection slots are reserved|too many connections for/,
    {
      code: 'CONNECTION_FAILED',
      hint: 'the server has no connection left: raise max_connections, or run fewer at once',
    },
  ],
  [
    /unsupported startup parameter/,
    {
      code: 'CONNECTION_FAILED',
      hint: 'a connection pooler is in between: connect to the server itself, or let the pooler ignore `options`',
    },
  ],
  [
    /could not translate host name/,
    { code: 'CONNECTION_FAILED', hint: 'the name of the host is not known: see that `hostname` is right' },
  ],
  [/connection to server .* failed|could not connect to server/s, { code: 'CONNECTION_FAILED', hint: reachable }],
  // Of versions that do not fit.
  [
    /server version: (\S+); \w+ version: (\S+)/,
    {
      code: 'VERSION_UNSUPPORTED',
      hint: 'the server is $1, the client $2: install a client of the version of the server',
    },
  ],
  [
    /unsupported version \((\S+)\) in file header/,
    { code: 'VERSION_UNSUPPORTED', hint: 'the dump was made by a newer client: install that version of pg_restore' },
  ],
  [
    /invalid command \\(?:un)?restrict/,
    { code: 'VERSION_UNSUPPORTED', hint: 'the dump was made by a newer client: install that version of psql' },
  ],
  [
    /unrecognized configuration parameter "(\w+)"/,
    { code: 'VERSION_UNSUPPORTED', hint: 'the dump was made for a newer server, which has the setting $1' },
  ],
  // Of rights.
  [
    /row-level security policy/,
    { code: 'PERMISSION_MISSING', hint: 'the role needs BYPASSRLS, to see all rows whatever the policies say' },
  ],
  [
    /permission denied|must be (?:able to |a )?(?:owner|superuser|member|SET ROLE)|must have (?:admin|CREATEROLE)/i,
    { code: 'PERMISSION_MISSING', hint: 'connect as a superuser, or give the role what it lacks' },
  ],
  // Of loading.
  [
    /cannot drop inherited constraint/,
    {
      code: 'RESTORE_FAILED',
      hint: 'pg_restore cannot replace partitioned tables in place: restore with the strategy swap',
    },
  ],
  [
    /is being accessed by other users/,
    { code: 'RESTORE_FAILED', hint: 'other sessions use the database: end them, or try again' },
  ],
  [
    /invalid value for parameter "role"|permission denied to set role/,
    { code: 'PERMISSION_MISSING', hint: 'see that the role of --role in the options is there, and the account in it' },
  ],
  [
    /role "(.*?)" does not exist/s,
    { code: 'RESTORE_FAILED', hint: 'the dump names the role "$1": create it on the server first' },
  ],
  [
    /extension "(.*?)" is not available|could not open extension control file/s,
    { code: 'RESTORE_FAILED', hint: 'the dump needs an extension that is not installed on the server' },
  ],
  [
    /invalid (?:LC_\w+ )?locale name|could not open collator/,
    { code: 'RESTORE_FAILED', hint: 'the server lacks a locale of the database: install it on the server' },
  ],
];

/**
 * What the last lines of a client's standard error mean, and what of them may be shown.
 * @returns undefined for what is not known, and may all be shown
 */
export function explain(stderr: string): Explanation | undefined {
  const said = ownWords(stderr);
  const meaning = meaningOf(said);
  return said === stderr ? meaning : { ...meaning, said };
}

function meaningOf(said: string): Explanation | undefined {
  for (const [pattern, { hint, ...meaning }] of meanings) {
    const match = pattern.exec(said);
    if (match === null) continue;
    return hint === undefined
      ? meaning
      : { ...meaning, hint: hint.replace(/\$(\d)/g, (_, n) => match[Number(n)] ?? '') };
  }
  return undefined;
}
