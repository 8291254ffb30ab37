import { describe, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { fakeHook, load, loadProblems, parseError } from './support.ts';

describe('entries that share a place', () => {
  test('are refused, with the lines of both', async () => {
    const text = `repositories: [a]
fake_databases:
  - name: users
    port: 5433
  - name: users
  - hostname: localhost
    port: 5433
    name: users
`;
    expect(await loadProblems(text)).toEqual([
      'backup.yaml:6:5: fake_databases[2]: has the same name and place (`localhost:5433`) as `fake_databases[0]` (line 3); give one of them a `label`, or leave it out',
    ]);
  });

  test('are refused by label, too', () => {
    const fake_databases = [
      { name: 'users', label: 'main', hostname: 'a' },
      { name: 'users', label: 'main', hostname: 'b' },
    ];
    expect(parseError({ repositories: ['a'], fake_databases }).message).toBe(
      '(configuration): fake_databases[1]: has the same name and place (`main`) as `fake_databases[0]`; give one of them a `label`, or leave it out',
    );
  });

  test('are each reported', () => {
    const fake_databases = [{ name: 'all' }, { name: 'all' }, { name: 'all' }];
    const error = parseError({ repositories: ['a'], fake_databases }, [fakeHook({ all: true })]);
    expect(error.message.split('\n')).toHaveLength(2);
  });

  test('are only looked for among entries that are valid themselves', async () => {
    expect(await loadProblems('repositories: [a]\nfake_databases: [{name: x}, {name: x, prot: 2}]\n')).toEqual([
      expect.stringMatching(/unknown key `prot`/),
    ]);
  });
});

test('one name on several hosts, ports, labels and hooks has a place for each', async () => {
  const text = `repositories: [a]
fake_databases:
  - {name: users}
  - {name: users, port: 5433}
  - {name: users, hostname: db}
  - {name: users, hostname: db, port: 5433}
  - {name: users, hostname: db, port: 5433, label: standby}
other_databases:
  - {name: users}
`;
  const config = await load(text, [fakeHook(), fakeHook({ name: 'other_databases' })]);
  expect(config.databases).toHaveLength(6);
});

test('`all` is refused where the hook cannot list databases, and taken where it can', async () => {
  const text = 'repositories: [a]\nfake_databases:\n  - name: all\n';
  expect(await loadProblems(text)).toEqual([
    'backup.yaml:3:11: fake_databases[0].name: `all` is not supported by `fake_databases`',
  ]);
  expect((await load(text, [fakeHook({ all: true })])).databases[0]?.entry.name).toBe('all');
});

test('an empty name is refused, even if the hook has nothing against it', async () => {
  const hook = fakeHook({ entry: Type.Object({ name: Type.String() }) });
  expect(await loadProblems('repositories: [a]\nfake_databases: [{name: ""}]\n', [hook])).toEqual([
    'backup.yaml:2:25: fake_databases[0].name: expected a non-empty string',
  ]);
});
