import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { restic } from '@dumpstream/repository-restic';
import { expect, test } from '@jest/globals';
import { sections } from '../../packages/core/src/config/core-keys.ts';
import { withTables } from './support/key-tables.ts';

const path = join(import.meta.dirname, '../../docs/reference/configuration.md');
const hooks = [postgresql(), mysql(), mariadb()];
const engines = [restic()];

test('docs/reference/configuration.md has every key with its type, default and meaning, as the schemas say', async () => {
  const page = await readFile(path, 'utf8');
  const expected = withTables(page, hooks, engines);
  if (process.env.DUMPSTREAM_WRITE_DOCS !== undefined) await writeFile(path, expected);
  else expect(page).toBe(expected);
});

test('it has a table for each section and each hook, and each key has a meaning', async () => {
  const page = await readFile(path, 'utf8');
  const tables = [...page.matchAll(/^<!-- keys: (\w+) -->\n(.*?)^<!-- end -->$/gms)];
  const named = tables.map(([, name]) => name);
  expect(named).toEqual(
    expect.arrayContaining([...hooks.map(({ name }) => name), ...engines.map(({ engine }) => engine)]),
  );
  // What dumpstream does not do, it has no keys for.
  expect(sections.filter((section) => !named.includes(section))).toEqual(['consistency', 'output']);
  const rows = tables.flatMap(([, name, table = '']) =>
    table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => `${name}: ${line}`),
  );
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => !/\| \S[^|]* \|$/.test(row.replaceAll('\\|', '')))).toEqual([]);
});
