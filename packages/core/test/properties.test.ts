import { hostname } from 'node:os';
import { BackupError } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { archiveName, archiveNames } from '../src/archive-name.ts';
import { formatComment, parseComment } from '../src/comment.ts';
import { foreignDatabases } from '../src/foreign.ts';
import type { Item } from '../src/hook.ts';
import { parseManifest } from '../src/manifest.ts';
import { encodeSegment, itemPath } from '../src/place.ts';
import type { DatabaseRef } from '../src/report.ts';

const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 63 }),
  fc.constantFrom(
    '-Fc',
    '--help',
    'a=b',
    'postgresql://x',
    '../../etc/x',
    'a b',
    'quo\'te"',
    'back\\slash',
    'new\nline',
    '{now}',
    '$(id)',
    ';id',
    '🐘',
    '.',
    '..',
    '%',
    '~',
    'x'.repeat(63),
  ),
);

test('any name becomes one safe segment, and gives the name back where it was not cut', () => {
  fc.assert(
    fc.property(name, (text) => {
      const segment = encodeSegment(text);
      expect(segment).toMatch(/^[A-Za-z0-9_%~][A-Za-z0-9_.%~-]*$/);
      expect(segment.length).toBeLessThanOrEqual(255);
      if (!segment.includes('~')) expect(decodeURIComponent(segment)).toBe(text);
    }),
  );
});

test('different items have different paths, and no path leaves its place', () => {
  const item = fc.record<Item>({ name, kind: fc.constantFrom('database', 'globals') });
  fc.assert(
    fc.property(name, item, item, (hostname, one, two) => {
      const [first, second] = [one, two].map((each) => itemPath('postgresql_databases', { hostname }, each)) as [
        string,
        string,
      ];
      expect(first === second).toBe(one.name === two.name && one.kind === two.kind);
      expect(first.split('/')).toHaveLength(4);
      expect(first.split('/')).not.toContain('..');
    }),
  );
});

test('the comment gives back the databases that it was made of', () => {
  const ref = fc.record<DatabaseRef>(
    {
      hook: name,
      name,
      kind: fc.constantFrom('database', 'globals'),
      hostname: name,
      port: fc.integer({ min: 1, max: 65535 }),
      label: name,
    },
    { requiredKeys: ['hook', 'name', 'kind'] },
  );
  fc.assert(
    fc.property(fc.array(ref), (databases) => {
      expect(parseComment(formatComment(databases))?.databases).toEqual(JSON.parse(JSON.stringify(databases)));
    }),
  );
  const many = Array.from(
    { length: 3000 },
    (_, index): DatabaseRef => ({ hook: 'h', name: `database ${index}`, kind: 'database' }),
  );
  expect(Buffer.byteLength(formatComment(many))).toBeLessThan(131_072);
  expect(parseComment(formatComment(many))).toEqual({ dumpstream: 1, host: hostname() });
});

test('no text from an archive makes the parsers throw, or gives a path outside its place', () => {
  const database = fc.record({
    hook: fc.string(),
    name: fc.string(),
    kind: fc.constantFrom('database', 'globals', 'other'),
    status: fc.constantFrom('ok', 'failed', 1),
    path: fc.oneof(
      fc.string(),
      fc.constantFrom(
        'dumpstream/a/b/c',
        'dumpstream/../b/c',
        '/etc/passwd',
        'dumpstream/a/b/../../../x',
        'dumpstream/a/-b/c',
      ),
    ),
    meta: fc.oneof(fc.constant({ format: 'custom' }), fc.anything()),
  });
  const manifest = fc.record({
    dumpstream: fc.constantFrom(1, 2, '1'),
    version: fc.string(),
    host: fc.string(),
    startedAt: fc.string(),
    finishedAt: fc.string(),
    databases: fc.array(database, { maxLength: 3 }),
  });
  const right = JSON.stringify({
    dumpstream: 1,
    version: '',
    host: '',
    startedAt: '',
    finishedAt: '',
    databases: [
      {
        hook: 'h',
        name: 'n',
        kind: 'database',
        status: 'ok',
        path: 'dumpstream/h/localhost/n',
        meta: { format: 'custom' },
      },
    ],
  });
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        manifest.map((value) => JSON.stringify(value)),
        fc.constant(right),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        const parsed = parseManifest(text);
        parseComment(text);
        for (const { path, meta } of parsed?.databases ?? []) {
          accepted++;
          expect(path).toMatch(/^dumpstream\/[^/]+\/[^/]+\/[^/]+$/);
          expect(path.split('/')).not.toContain('..');
          expect(Object.values(meta).every((value) => typeof value === 'string')).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(0);
});

test('a foreign archive is never a source of paths that are not in it', () => {
  const path = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('root/.borgmatic', 'borgmatic', 'x/borgmatic', 'other'), name, name)
      .map(([root, place, last]) => `${root}/postgresql_databases/${place}/${last}`),
  );
  fc.assert(
    fc.property(fc.array(path), (paths) => {
      const entries = paths.map((each) => ({ path: each, type: 'file' as const, bytes: 1, whole: true }));
      for (const found of foreignDatabases(entries))
        expect(paths.some((each) => each.startsWith(found.path))).toBe(true);
    }),
  );
});

test('an archive format gives a name that Borg takes, or a clear error', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.constantFrom('{hostname}-{now}', '{now:%Y}', '{{x}}', '{nope}', '{now:%q}', 'a/b', 'x.checkpoint'),
      ),
      (format) => {
        try {
          expect(archiveName(format, new Date())).toMatch(/^[^/\s]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(BackupError);
          expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
        }
      },
    ),
  );
});

test('a thousand names of one moment differ', () => {
  const now = new Date();
  const made = Array.from({ length: 1000 }, () => archiveName('{now:%f}', now));
  expect(new Set(made).size).toBe(1000);
});

test('what a format gives at any time fits its pattern, and what is longer or of another format does not', () => {
  const part = fc.constantFrom(
    '{hostname}',
    '{fqdn}',
    '{user}',
    '{pid}',
    '{now}',
    '{utcnow:%Y%m%d.%f}',
    '{now:%F_%T-%j}',
    '{now:%s%%(d)}',
    '{{a}}',
    '.*',
    '[x]+',
    '^$',
    '?',
  );
  const time = fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), time, fc.boolean(), (parts, now, anyHost) => {
      const format = parts.join('-');
      const made = archiveName(format, now);
      const names = archiveNames(format, anyHost);
      expect(made).toMatch(names);
      for (const other of [`${made}x`, `x${made}`, made.slice(1)]) {
        if (!anyHost && !/^\{(pid|now:%s)/.test(format)) expect(other).not.toMatch(names);
      }
    }),
  );
  expect('-2026-01-01').not.toMatch(archiveNames('{hostname}-{now:%F}', true));
  expect('db2-2026-01-01').not.toMatch(archiveNames('db-{now:%F}', false));
  expect('db-web-2026-01-01').not.toMatch(archiveNames('db-{now:%F}', true));
});
