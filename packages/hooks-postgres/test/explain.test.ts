import { expect, test } from '@jest/globals';
import { explain } from '../src/explain.ts';

const tcp = 'connection to server at "127.0.0.1", port 5432 failed:';

test.each([
  [`psql: error: ${tcp} Connection refused\n\tIs the server running on that host?`, 'CONNECTION_FAILED', /hostname/],
  [
    'connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory',
    'CONNECTION_FAILED',
    /server runs/,
  ],
  ['could not translate host name "nowhere" to address: Name or service not known', 'CONNECTION_FAILED', /hostname/],
  [`${tcp} timeout expired`, 'CONNECTION_FAILED', /server runs/],
  [`${tcp} FATAL:  password authentication failed for user "me"`, 'CONNECTION_FAILED', /password/],
  [`${tcp} fe_sendauth: no password supplied`, 'CONNECTION_FAILED', /set `password`/],
  [`${tcp} FATAL:  no pg_hba.conf entry for host "::1"`, 'CONNECTION_FAILED', /pg_hba/],
  [`${tcp} FATAL:  no pg_hba.conf entry for host "::1", user "me", no encryption`, 'CONNECTION_FAILED', /ssl_mode/],
  [`${tcp} server does not support SSL, but SSL was required`, 'CONNECTION_FAILED', /ssl_mode/],
  [`${tcp} server certificate for "a" does not match host name "b"`, 'CONNECTION_FAILED', /for another `hostname`/],
  [`${tcp} private key file "/k" has group or world access`, 'CONNECTION_FAILED', /ssl_key/],
  [`${tcp} FATAL:  Peer authentication failed for user "postgres"`, 'CONNECTION_FAILED', /hostname/],
  [`${tcp} FATAL:  role "me" does not exist`, 'CONNECTION_FAILED', /username/],
  [`${tcp} FATAL:  sorry, too many clients already`, 'CONNECTION_FAILED', /max_connections/],
  [`${tcp} FATAL:  database "users\nx" does not exist`, 'DATABASE_NOT_FOUND', /name/],
  [
    `${tcp} FATAL:  permission denied for database "users"\nDETAIL:  User does not have CONNECT privilege.`,
    'PERMISSION_MISSING',
    /CONNECT/,
  ],
  ['pg_dump: error: query failed: ERROR:  permission denied for table secret', 'PERMISSION_MISSING', /superuser/],
  ['ERROR:  must be owner of database users', 'PERMISSION_MISSING', /superuser/],
  ['ERROR:  query would be affected by row-level security policy for table "t"', 'PERMISSION_MISSING', /BYPASSRLS/],
  [
    'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 17.2; pg_dump version: 15.6',
    'VERSION_UNSUPPORTED',
    /17\.2.*15\.6/,
  ],
  ['pg_restore: error: unsupported version (1.16) in file header', 'VERSION_UNSUPPORTED', /pg_restore/],
  [String.raw`psql:<stdin>:5: error: invalid command \restrict`, 'VERSION_UNSUPPORTED', /psql/],
  ['ERROR:  unrecognized configuration parameter "transaction_timeout"', 'VERSION_UNSUPPORTED', /transaction_timeout/],
  ['pg_restore: error: could not execute query: ERROR:  role "ann" does not exist', 'RESTORE_FAILED', /"ann"/],
  ['ERROR:  extension "postgis" is not available', 'RESTORE_FAILED', /extension/],
])('knows what %j means', (stderr, code, hint) => {
  expect(explain(stderr)).toEqual({ code, hint: expect.stringMatching(hint) });
});

test.each(['', 'pg_dump: error: connection to server was lost', 'ERROR:  division by zero'])(
  'says nothing of what it does not know: %j',
  (stderr) => {
    expect(explain(stderr)).toBeUndefined();
  },
);

const password = "password 'secret'";

test.each([
  [
    'a statement that failed',
    `pg_restore: error: could not execute query: ERROR:  role "ann" does not exist
Command was: CREATE USER MAPPING FOR ann SERVER s OPTIONS (
    ${password}
);

pg_restore: warning: errors ignored on restore: 1`,
    /role "ann" does not exist\npg_restore: warning/,
  ],
  [
    'a statement that failed for what is not known',
    `pg_restore: error: could not execute query: ERROR:  no luck\nCommand was: CREATE SUBSCRIPTION s CONNECTION '${password}'`,
    /no luck$/,
  ],
  [
    'a statement that was shown for --echo-errors',
    `psql:<stdin>:7: ERROR:  no luck\npsql:<stdin>:7: STATEMENT:  CREATE USER MAPPING FOR ann OPTIONS (\n  ${password}\n);`,
    /no luck$/,
  ],
  [
    'an excerpt',
    `psql:<stdin>:7: ERROR:  syntax error at or near "new"\nLINE 2:     ${password} new\n        ^\nHINT:  none`,
    /near "new"\nHINT: {2}none$/,
  ],
  [
    'a statement whose beginning is out of sight',
    `${Array.from({ length: 30 }, () => password).join('\n')}\nstatement ERROR:  no luck\npg_restore: warning: over`,
    /^statement ERROR: {2}no luck\npg_restore: warning: over$/,
  ],
])('shows nothing of the dump: %s', (_, stderr, said) => {
  const explanation = explain(stderr);
  expect(explanation?.said).toMatch(said);
  expect(JSON.stringify(explanation)).not.toContain('secret');
});

test('shows all that a client says itself, however much it is', () => {
  const stderr = `psql: error: no luck\nLINE 1: select x\n               ^${'\nCONTEXT: f()'.repeat(35)}`;
  expect(explain(stderr)).toBeUndefined();
});
