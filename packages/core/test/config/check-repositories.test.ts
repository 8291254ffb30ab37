import { expect, test } from '@jest/globals';
import { load, loadProblems } from './support.ts';

test('repositories that answer to the same path or label are refused', async () => {
  const text = `location:
  repositories:
    - /a
    - {path: /b, label: main}
    - /a
    - {path: /c, label: main}
    - main
`;
  expect(await loadProblems(text)).toEqual([
    'backup.yaml:5:7: location.repositories[2]: has the path or label of `location.repositories[0]` (line 3)',
    'backup.yaml:6:7: location.repositories[3]: has the path or label of `location.repositories[1]` (line 4)',
    'backup.yaml:7:7: location.repositories[4]: has the path or label of `location.repositories[1]` (line 4)',
  ]);
});

test('a repository may have its own path as label', async () => {
  expect((await load('repositories: [{path: main, label: main}, other]\n')).repositories).toHaveLength(2);
});
