import { expect, test } from '@jest/globals';
import { atLeast } from '../src/families.ts';
import { parseVersion } from '../src/programs.ts';

test.each([
  [
    'mariadb  Ver 15.1 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64) using  EditLine wrapper',
    'mariadb',
    '10.11.19',
  ],
  ['mysqldump  Ver 10.19 Distrib 10.3.39-MariaDB, for debian-linux-gnu (x86_64)', 'mariadb', '10.3.39'],
  ['mariadb-dump from 11.8.2-MariaDB, client 10.19 for debian-linux-gnu (x86_64)', 'mariadb', '11.8.2'],
  ['mysql  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', 'mysql', '9.7.4'],
  ['/opt/mariadb/mysql  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)', 'mysql', '8.0.36'],
  ['mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)', 'mysql', '5.7.44'],
])('%j is a program of %s, %s', (output, family, version) => {
  expect(parseVersion(`${output}\n`)).toEqual({ family, version });
});

test('a program that says something else has no version', () => {
  expect(parseVersion('hello\n')).toEqual({ version: '' });
});

test.each([
  ['10.11.19', '10.11', true],
  ['11.4.0', '10.11', true],
  ['10.6.20', '10.11', false],
  ['9.7', '8.0', true],
  ['5.7.44', '8.0', false],
  ['', '8.0', true],
])('%j against %j: %j', (version, since, expected) => {
  expect(atLeast(version, since)).toBe(expected);
});
