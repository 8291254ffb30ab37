import { expect, test } from '@jest/globals';
import { explain } from '../src/explain.ts';

test.each([
  ["ERROR 1045 (28000): Access denied for user 'x'@'localhost' (using password: YES)", 'CONNECTION_FAILED'],
  [
    "mariadb-dump: Got error: 1045: \"Access denied for user 'x'@'localhost'\" when trying to connect",
    'CONNECTION_FAILED',
  ],
  ["mysqldump: Got error: 1049: Unknown database 'x' when selecting the database", 'DATABASE_NOT_FOUND'],
  ["ERROR 1049 (42000): Unknown database 'x'", 'DATABASE_NOT_FOUND'],
  ["ERROR 2002 (HY000): Can't connect to server on '127.0.0.1' (115)", 'CONNECTION_FAILED'],
  ["mysqldump: Got error: 2005: Unknown MySQL server host 'x' (-2) when trying to connect", 'CONNECTION_FAILED'],
  [
    'mariadb-dump: Error 2013: Lost connection to server during query when dumping table `t` at row: 5',
    'CONNECTION_FAILED',
  ],
  [
    "ERROR 2059 (HY000): Authentication plugin 'mysql_native_password' cannot be loaded: no such file",
    'VERSION_UNSUPPORTED',
  ],
  ["ERROR 1044 (42000) at line 3: Access denied for user 'x'@'%' to database 'y'", 'PERMISSION_MISSING'],
  [
    "mariadb-dump: Couldn't execute 'show create table `t`': SHOW command denied to user 'x'@'%' for table `t` (1142)",
    'PERMISSION_MISSING',
  ],
  ["ERROR at line 1: Unknown command '\\-'.", 'VERSION_UNSUPPORTED'],
  ["ERROR 1273 (HY000) at line 1: Unknown collation: 'utf8mb4_0900_ai_ci'", 'VERSION_UNSUPPORTED'],
  ["ERROR 1153 (08S01) at line 9: Got a packet bigger than 'max_allowed_packet' bytes", 'RESTORE_FAILED'],
  ['ERROR 1819 (HY000) at line 3: Your password does not satisfy the current policy requirements', 'RESTORE_FAILED'],
])('%j means %s', (stderr, code) => {
  expect(explain(`mysql: [Warning] Using a password can be insecure.\n${stderr}\n`)).toEqual({
    code,
    hint: expect.stringMatching(/^\S.*\S$/),
  });
});

test.each(['', 'ERROR 1064 (42000) at line 1: near 2013', 'mysqldump: Error writing file (Errcode: 32 "Broken pipe")'])(
  '%j is left to the verb',
  (stderr) => {
    expect(explain(stderr)).toBeUndefined();
  },
);

const stem = 'dumpstream_0123456789abcdef0123456789abcdef';
const marker = 'dumpstream_0123456789abcdef';
test.each([
  [`ERROR 1146 (42S02): Table '${stem}_old.${marker}' doesn't exist`, true],
  [`ERROR 1049 (42000): Unknown database '${stem}_new'`, true],
  [`ERROR 1007 (HY000) at line 1: Can't create database '${stem}_old'; database exists`, true],
  [`ERROR 1146 (42S02) at line 2: Table '${stem}_new.nowhere' doesn't exist`, false],
])('%j says that another restore has begun: %s', (stderr, expected) => {
  expect(explain(stderr)?.hint?.includes('another restore') ?? false).toBe(expected);
});
