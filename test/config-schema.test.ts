import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupError, configSchema, parseConfig, type RepositoryProvider, Type } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { restic } from '@dumpstream/repository-restic';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { sqlite } from '../examples/hook-sqlite/sqlite.mjs';
import { readYaml } from '../packages/core/src/config/yaml-source.ts';

const root = join(import.meta.dirname, '..');
const hooks = [postgresql(), mysql(), mariadb()];
const repositories = [restic()];
const schema = JSON.parse(readFileSync(join(root, 'packages/core/config.schema.json'), 'utf8'));
// The one keyword that is not of draft 7 is for editors.
const validator = (one: object) => new Ajv({ keywords: ['deprecationMessage'], allowUnionTypes: true }).compile(one);
const isValid = validator(schema);

test('the published schema is that of all hooks and engines; `npm run api -- --write` renews it', () => {
  expect(schema).toEqual(configSchema({ hooks, repositories }));
});

test('every key has a description', () => {
  const silent: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties, definitions } = value as Record<string, Record<string, Record<string, unknown>>>;
    for (const [key, own] of Object.entries({ ...properties, ...definitions })) {
      const isKey = key !== 'from-outside' && !path.startsWith('/anyOf');
      if (isKey && own.description === undefined && own.$ref === undefined) silent.push(`${path}/${key}`);
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, `${path}/${key}`);
  };
  walk(schema, '');
  expect(silent).toEqual([]);
});

/** Every configuration that is shown to people, but those with hooks or engines that the pages have made before. */
function examples(): { name: string; text: string }[] {
  const listed = ['docs', 'packages', 'examples', 'test/reference/examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const files = ['README.md', ...listed].filter(
    (file) => !/node_modules|\/dist\/|docs\/write-a-|examples\/hook-/.test(file),
  );
  const found = files.flatMap((name) => {
    if (name.endsWith('.yaml')) return [{ name, text: readFileSync(join(root, name), 'utf8') }];
    if (!name.endsWith('.md')) return [];
    const blocks = readFileSync(join(root, name), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms);
    return [...blocks].map(([, text = '']) => ({ name, text }));
  });
  return found.filter(({ text }) => Object.keys(read(text)).some((key) => Object.hasOwn(schema.properties, key)));
}

/** Of a YAML file, which may be another's as well: of Kubernetes or Compose. */
function read(text: string): Record<string, object> {
  return (readYaml(text, 'backup.yaml').value ?? {}) as Record<string, object>;
}

/** A place for archives is all that some examples leave out. */
function whole({ text }: { text: string }): Record<string, unknown> {
  const value = read(text);
  return 'repositories' in value || 'repositories' in (value.location ?? {})
    ? value
    : { ...value, repositories: ['/var/backups/databases.borg'] };
}

test('every example in README, documentation and tests is valid by the schema', () => {
  const found = examples();
  for (const example of found) {
    expect({ ...example, valid: isValid(whole(example)) }).toEqual({ ...example, valid: true });
  }
  expect(found.length).toBeGreaterThan(10);
});

/** What `parseConfig` finds that a schema has to find, too. Which values of these two keys are refused, it does not say. */
const bySchema =
  /unknown key|does not belong|is required|expected |(?<!read_special|commands): is not supported, and|no hook for/;

function expectAgreement(value: unknown): void {
  const problems = problemsOf(value);
  if (problems === undefined) expect({ value, valid: isValid(value) }).toEqual({ value, valid: true });
  else if (bySchema.test(problems))
    expect({ value, problems, valid: isValid(value) }).toEqual({ value, problems, valid: false });
}

function problemsOf(value: unknown): string | undefined {
  try {
    parseConfig(value, { hooks, repositories });
    return undefined;
  } catch (error) {
    if (error instanceof BackupError) return error.message;
    throw error;
  }
}

const samples = [
  null,
  true,
  3,
  -1,
  'x',
  '',
  [],
  ['x'],
  [3],
  {},
  { x: 1 },
  [{ name: 'x' }],
  [{ path: 'x' }],
  [{ path: 'x', append_only: true }],
];

describe('the schema agrees with parseConfig', () => {
  test('on examples in which one thing was taken out, put in, renamed or replaced', () => {
    // The others are much like these.
    const some = examples().filter(({ name }) => name === 'README.md' || name.startsWith('test/'));
    expect(some.length).toBeGreaterThan(3);
    for (const example of some) {
      const value = whole(example);
      for (const changed of changes(value)) expectAgreement(changed);
    }
  });

  test('on every key at the top and in every section', () => {
    const { properties } = schema as { properties: Record<string, { anyOf?: readonly { properties: object }[] }> };
    const sections = Object.keys(properties).filter((key) => properties[key]?.anyOf?.[0]?.properties !== undefined);
    expect(sections).toHaveLength(6);
    const keys = Object.keys(properties).filter((key) => !sections.includes(key));
    for (const key of [...keys, 'unheard_of']) {
      for (const sample of samples) expectAgreement({ repositories: ['a'], [key]: sample });
      for (const section of sections) expectAgreement({ location: { repositories: ['a'] }, [section]: { [key]: 'x' } });
    }
  });
});

/** Copies of a value in each of which one thing is different. */
function* changes(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) for (const other of changes(item)) yield value.with(at, other);
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, unheard_of: 1 };
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...others } = value as Record<string, unknown>;
      yield others;
      yield { ...others, [`${key}s`]: item };
      for (const other of changes(item)) yield { ...value, [key]: other };
    }
  }
  yield* samples;
}

test('a number, a switch or a choice may be a reference to the environment or to a credential', () => {
  const entry = { name: 'users', port: '${PORT}', format: '{credential file /f}', no_owner: '${NO_OWNER:-false}' };
  expect(isValid({ repositories: ['a'], lock_wait: '${WAIT}', postgresql_databases: [entry] })).toBe(true);
  expect(isValid({ repositories: ['a'], lock_wait: '$WAIT' })).toBe(false);
  expect(isValid({ repositories: ['a'], postgresql_databases: [{ ...entry, port: 'PORT' }] })).toBe(false);
});

test('a program makes the schema with hooks and engines of its own', () => {
  const gzip: RepositoryProvider = {
    engine: 'gzip-files',
    entry: Type.Object({ level: Type.Integer({ description: 'How much.' }) }),
    open: () => {
      throw new Error('nothing is opened');
    },
  };
  const isOwn = validator(configSchema({ hooks: [sqlite], repositories: [gzip] }));
  const value = (level: unknown) => ({
    repositories: [{ path: '/backups', engine: 'gzip-files', level }],
    sqlite_databases: [{ name: 'shop.db', directory: '/srv/shop' }],
  });
  expect(isOwn(value(3))).toBe(true);
  expect(isOwn(value('${LEVEL}'))).toBe(true);
  expect(isOwn(value('high'))).toBe(false);
  expect(isOwn({ ...value(3), postgresql_databases: [{ name: 'users' }] })).toBe(false);
  expect(isOwn({ ...value(3), postgresql_databases: [], hooks: { mysql_databases: null } })).toBe(true);
  expect(isValid(value(3))).toBe(false);
});
