import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Role, roleOf, tagsOf } from '../src/tags.ts';

const text = fc.string({ unit: 'grapheme' });
const role: fc.Arbitrary<Role> = fc.oneof(
  fc.record({ kind: fc.constant('item' as const), run: fc.uuid(), path: text }),
  fc.record({ kind: fc.constant('archive' as const), run: fc.uuid(), name: text, comment: text }),
  fc.record({ kind: fc.constant('files' as const), name: text, comment: text }),
);

test('a role comes back out of its tags, whatever is in its names, and after restic has cut them at commas and trimmed them', () => {
  fc.assert(
    fc.property(role, (given) => {
      const kept = tagsOf(given).flatMap((tag) => tag.split(',').map((part) => part.trim()));
      expect(roleOf(kept)).toEqual(given);
    }),
  );
});

test("other people's snapshots have none", () => {
  expect(roleOf([])).toBeUndefined();
  expect(roleOf(['nightly', 'archive:x'])).toBeUndefined();
  expect(roleOf(['dumpstream', 'nightly'])).toBeUndefined();
});

test('a comment of many databases is short', () => {
  const databases = Array.from({ length: 200 }, (_, n) => ({ hook: 'postgresql_databases', name: `database_${n}` }));
  const tags = tagsOf({ kind: 'archive', run: 'r', name: 'n', comment: JSON.stringify({ databases }) });
  expect(tags.join(',').length).toBeLessThan(2_000);
});
