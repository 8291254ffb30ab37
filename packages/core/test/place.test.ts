import { describe, expect, test } from '@jest/globals';
import { encodeSegment, itemPath, placeOf } from '../src/place.ts';

const awkwardNames = [
  'users',
  'a/b',
  '..',
  '.',
  '-rf',
  '.hidden',
  'a.b-c_d',
  'two\nlines',
  'tab\tbed',
  'spaced out',
  'Größe',
  '数据库',
  '😀',
  `it's "quoted"`,
  'a~b',
  '~globals',
  'globals',
  '100%',
  '%2E',
  `!*'()~`,
  'a\\b',
  '\u0000',
  '$(id)',
  'name=x',
  'postgresql://host/db',
];

describe('the segment of a name', () => {
  test.each(awkwardNames)('of %j is safe and decodes to the name', (name) => {
    const segment = encodeSegment(name);
    expect(segment).toMatch(/^[A-Za-z0-9_%][A-Za-z0-9_%.-]*$/);
    expect(decodeURIComponent(segment)).toBe(name);
  });

  test('is the name itself where that is safe', () => {
    expect(encodeSegment('users')).toBe('users');
    expect(encodeSegment('my-app_1.live')).toBe('my-app_1.live');
  });

  test('has a leading dot or hyphen encoded, and only the leading one', () => {
    expect(encodeSegment('..')).toBe('%2E.');
    expect(encodeSegment('--x')).toBe('%2D-x');
  });

  test('of an empty name is one safe segment that no other name has', () => {
    expect(encodeSegment('')).toBe('~');
    expect(encodeSegment('~')).toBe('%7E');
  });

  test('keeps a name of exactly 255 bytes, and cuts one of 256 to a prefix and a digest', () => {
    expect(encodeSegment('x'.repeat(255))).toBe('x'.repeat(255));
    // head -c 256 /dev/zero | tr '\\0' x | sha256sum | cut -c 1-32
    expect(encodeSegment('x'.repeat(256))).toBe(`${'x'.repeat(222)}~85e62acd750c4eb56b7b6a1d66dca5bf`);
  });

  test('differs for long names that differ only at their end', () => {
    expect(encodeSegment(`${'x'.repeat(300)}a`)).not.toBe(encodeSegment(`${'x'.repeat(300)}b`));
  });

  test('begins with what the name begins with, even where a shorter character would still have fitted', () => {
    const name = `${'x'.repeat(220)}😀${'y'.repeat(100)}`;
    expect(encodeSegment(name)).toMatch(/^x{220}~[0-9a-f]{32}$/);
  });

  test('never cuts through a character, whatever its length', () => {
    for (let padding = 0; padding < 12; padding++) {
      const segment = encodeSegment('x'.repeat(padding) + '😀'.repeat(64));
      expect(segment.length).toBeLessThanOrEqual(255);
      expect(segment.length).toBeGreaterThan(255 - 12);
      expect(decodeURIComponent(segment.split('~')[0] ?? '')).toMatch(/^x*(😀)+$/u);
    }
  });

  test('of a name with half a surrogate pair is safe, and differs from that with the other half', () => {
    const [one, other] = [encodeSegment('a\ud800'), encodeSegment('a\udc00')];
    expect(one).toMatch(/^a%EF%BF%BD~[0-9a-f]{32}$/);
    expect(one).not.toBe(other);
  });
});

describe('the place of an entry', () => {
  test('is localhost where no host is named', () => {
    expect(placeOf({})).toBe('localhost');
    expect(placeOf({ hostname: '' })).toBe('localhost');
  });

  test('is the host, and the port where one is named', () => {
    expect(placeOf({ hostname: 'db.example.org' })).toBe('db.example.org');
    expect(placeOf({ hostname: 'db.example.org', port: 5433 })).toBe('db.example.org:5433');
    expect(placeOf({ port: 5433 })).toBe('localhost:5433');
  });

  test('is the label, where there is one, in place of host and port', () => {
    expect(placeOf({ hostname: 'db', port: 1, label: 'main' })).toBe('main');
  });

  test('cannot be confused by colons in a host or a label', () => {
    expect(placeOf({ hostname: '::1', port: 5432 })).toBe('%3A%3A1:5432');
    expect(placeOf({ label: 'db:5432' })).not.toBe(placeOf({ hostname: 'db', port: 5432 }));
  });

  test('of a socket directory is one segment', () => {
    expect(placeOf({ hostname: '/run/postgresql' })).toBe('%2Frun%2Fpostgresql');
  });

  test('fits a file name, however long the host', () => {
    expect(placeOf({ hostname: 'h'.repeat(400), port: 65535 })).toMatch(/^h+~[0-9a-f]{32}:65535$/);
    expect(placeOf({ hostname: 'h'.repeat(400), port: 65535 })).toHaveLength(255);
  });
});

describe('the path of an item', () => {
  test('names hook, place and database', () => {
    expect(itemPath('postgresql_databases', { port: 5433 }, { name: 'users', kind: 'database' })).toBe(
      'dumpstream/postgresql_databases/localhost:5433/users',
    );
  });

  test('never leaves its directory', () => {
    expect(itemPath('../x', { label: '..' }, { name: '../../etc/passwd', kind: 'database' })).toBe(
      'dumpstream/%2E.%2Fx/%2E./%2E.%2F..%2Fetc%2Fpasswd',
    );
  });

  test.each([...awkwardNames, ''])('of globals named %j is that of no database', (name) => {
    const globals = itemPath('h', {}, { name, kind: 'globals' });
    const databases = [...awkwardNames, '', `~${name}`].map((each) =>
      itemPath('h', {}, { name: each, kind: 'database' }),
    );
    expect(databases).not.toContain(globals);
  });

  test('of globals with a very long name fits a file name', () => {
    const path = itemPath('h', {}, { name: 'x'.repeat(400), kind: 'globals' });
    expect(path.split('/').at(-1)).toHaveLength(255);
  });
});
