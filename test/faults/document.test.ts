import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cellsOf } from './cells.ts';
import { type Verb, verbs } from './fault.ts';
import { faults } from './faults/index.ts';
import { listedIn, withOutcomes } from './support/table.mjs';

const document = await readFile(join(import.meta.dirname, '../../docs/reliability.md'), 'utf8');

test('the document lists every fault of the matrix, and no other', () => {
  expect(listedIn(document).sort()).toEqual(faults.map(({ id, title }) => `${id}: ${title}`).sort());
});

test('every fault is met by each verb that it can happen to', () => {
  for (const verb of Object.keys(verbs) as Verb[]) {
    const met = cellsOf(verb, 0).map(({ fault }) => fault.id);
    expect(new Set(met).size).toBe(met.length);
  }
  const everywhere = new Set(
    (Object.keys(verbs) as Verb[]).flatMap((verb) => cellsOf(verb, 0).map(({ fault }) => fault.id)),
  );
  expect(everywhere.size).toBe(faults.filter(({ root }) => root === undefined || process.getuid?.() === 0).length);
});

test('outcomes are written into their rows, and what was not run stays', () => {
  const [row] = listedIn(document);
  const fault = row?.split(':')[0] ?? '';
  const title = row?.slice(fault.length + 2) ?? '';
  const seen = ['custom', 'plain'].map((format) => ({ verb: 'backup-one', fault, title, format, outcome: 'SEEN' }));
  const written = withOutcomes(document, seen);
  expect(written).toContain(`(\`${fault}\`) | SEEN (custom, plain) |`);
  expect(listedIn(written)).toEqual(listedIn(document));
});
