import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Example, exampleNamed } from '../../../test/support/example.ts';
import { psql } from '../../../test/support/servers.ts';

let example: Example;

beforeAll(async () => {
  example = await exampleNamed('restore-elsewhere');
});

afterAll(() => example?.remove());

test('README.md can be followed; unless the answer is yes, nothing is restored', async () => {
  const { users } = example.values;
  await example.follow();
  expect(await psql(users, 'select count(*) from people')).toBe('1000');

  const copies = () => psql('postgres', `select count(*) from pg_database where datname = '${users}_copy'`);
  const answer = (word: string) => example.run(`echo ${word} | node restore-elsewhere.mjs ${users} ${users}_copy`);
  expect((await answer('no')).output).toMatch(/Restore it\? \[y\/N\] $/);
  expect(await copies()).toBe('0');
  expect((await answer('yes')).output).toContain(`${users}_copy is there`);
  expect(await copies()).toBe('1');
}, 300_000);
