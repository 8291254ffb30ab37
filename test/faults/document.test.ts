import { expect, test } from '@jest/globals';
import { cellsOf, exclusionOf } from './cells.ts';
import { formats, type Verb, verbs } from './fault.ts';
import { faults } from './faults/index.ts';
import { document } from './support/document.ts';
import { listedIn, outcomesIn, withOutcomes } from './support/table.mjs';

const allVerbs = Object.keys(verbs) as Verb[];

test('the document lists every fault of the matrix, and no other', () => {
  expect(listedIn(document).sort()).toEqual(faults.map(({ id, title }) => `${id}: ${title}`).sort());
});

test('every fault is met once by each verb that it can happen to, and every format by each verb', () => {
  for (const verb of allVerbs) {
    const met = cellsOf(verb, 0);
    const expected = faults.filter((fault) => formats.some((format) => exclusionOf(fault, verb, format) === undefined));
    const here = expected.filter(({ root }) => root === undefined || process.getuid?.() === 0);
    expect(met.map(({ fault }) => fault.id)).toEqual(here.map(({ id }) => id));
    for (const format of formats) expect(met.filter((cell) => cell.format === format).length).toBeGreaterThan(4);
  }
});

test('every cell that is run by default has its outcome in the document, and none that there cannot be', () => {
  for (const verb of allVerbs) {
    for (const { fault, format } of cellsOf(verb, 0)) {
      const written = outcomesIn(document, verb, fault.id).map((seen) => seen.format);
      expect({ verb, fault: fault.id, written }).toMatchObject({ written: expect.arrayContaining([format]) });
    }
    const senseless = faults.flatMap((fault) =>
      outcomesIn(document, verb, fault.id).filter(({ format }) => exclusionOf(fault, verb, format as never)),
    );
    expect(senseless).toEqual([]);
  }
});

test('the document says why cells are left out', () => {
  const text = document.replaceAll(/\s+/g, ' ');
  for (const { id, exclusions = [] } of faults) {
    for (const { because } of exclusions) {
      expect(text).toContain(because);
      expect(text.slice(text.indexOf('## Cells that there cannot be'))).toContain(`\`${id}\``);
    }
  }
});

test('the document says which outcomes can be others the next time, and only these may be', () => {
  const [, sentence = ''] = /So of (.*?) the table has what was seen once/s.exec(document) ?? [];
  expect(sentence.match(/(?<=`)[\w-]+(?=`)/g)?.sort()).toEqual(
    faults
      .filter(({ varies }) => varies)
      .map(({ id }) => id)
      .sort(),
  );
});

test('outcomes are written into their rows, and what was not run stays', () => {
  const [row] = listedIn(document);
  const fault = row?.split(':')[0] ?? '';
  const title = row?.slice(fault.length + 2) ?? '';
  const write = (text: string, format: string, outcome: string) =>
    withOutcomes(text, [{ verb: 'backup-one', fault, title, format, outcome }]);
  const seen = formats.reduce((text, format) => write(text, format, 'SEEN'), document);
  expect(seen).toContain(`(\`${fault}\`) | SEEN (custom, directory, mariadb, plain) |`);
  expect(listedIn(seen)).toEqual(listedIn(document));
  const other = write(seen, 'plain', 'OTHER, none restored');
  expect(other).toContain(`| SEEN (custom, directory, mariadb); OTHER, none restored (plain) |`);
  expect(outcomesIn(other, 'backup-one', fault)).toContainEqual({ format: 'plain', outcome: 'OTHER, none restored' });
});
