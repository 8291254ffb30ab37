import { expect, test } from '@jest/globals';
import { load, loadProblems, parseError } from './support.ts';

test('a key given flat and in its section is an error that names both places', async () => {
  const text = `location:
  repositories: [a]
fake_databases:
  - name: users
compression: lz4
repositories: [b]
hooks:
  fake_databases:
    - name: orders
storage:
  compression: lz4
`;
  expect(await loadProblems(text)).toEqual([
    'backup.yaml:2:3: location.repositories: is given twice: here and as `repositories` (line 6)',
    'backup.yaml:8:3: hooks.fake_databases: is given twice: here and as `fake_databases` (line 3)',
    'backup.yaml:11:3: storage.compression: is given twice: here and as `compression` (line 5)',
  ]);
});

test('of an object, both keys are named', () => {
  expect(parseError({ repositories: ['a'], location: { repositories: ['a'] } }).message).toBe(
    '(configuration): location.repositories: is given twice: here and as `repositories`',
  );
});

test('a list of databases that is empty in one place may be given in the other', async () => {
  const config = await load('repositories: [a]\nfake_databases:\nhooks:\n  fake_databases: [{name: users}]\n');
  expect(config.databases).toHaveLength(1);
});
