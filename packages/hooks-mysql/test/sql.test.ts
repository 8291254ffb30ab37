import { expect, test } from '@jest/globals';
import { parseRows } from '../src/rows.ts';
import { identifier, literal } from '../src/sql.ts';
import { onEachServer, sql } from './support/lab.ts';

const hostile = [`'`, '"', '`', '``', '\\', "\\'", 'a\nb', 'a\r\nb', '\t', '\0', '-- x', '/*', ';', '', 'ünï😀'];

onEachServer((lab) => {
  test.each(['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'ORACLE'])(
    'any text comes back from the server as it was, with sql_mode %j',
    async (mode) => {
      if (lab.title === 'MySQL' && mode === 'ORACLE') return;
      const selected = hostile.map(
        (text) => `SELECT 1, ${literal(text)} AS ${identifier(`c${text.replaceAll(/[\0😀]/gu, '')}`)};`,
      );
      const output = await sql(
        lab,
        '',
        `SET NAMES latin1; SET sql_mode = '${mode}'; SET NAMES utf8mb4; ${selected.join('\n')}`,
      );
      expect(parseRows(`${output}\n`)).toEqual(hostile.map((text) => ['1', text]));
    },
  );
});

test('no rows are no rows', () => {
  expect(parseRows('')).toEqual([]);
});
