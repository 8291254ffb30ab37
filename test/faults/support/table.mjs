/**
 * @typedef {object} Outcome
 * @property {string} verb
 * @property {string} fault
 * @property {string} title
 * @property {string} format
 * @property {string} outcome
 */

const begin = '<!-- outcomes: written by `npm run test:faults` -->';
const end = '<!-- end of outcomes -->';

/** In the order of the table's columns. */
const columns = ['backup-one', 'backup-two', 'restore-one', 'restore-several'];

/**
 * The document with a row for each fault, of what was seen: what was not run keeps what was seen before.
 *
 * @param {string} document
 * @param {readonly Outcome[]} seen
 * @returns {string}
 */
export function withOutcomes(document, seen) {
  const [before, table, after] = parts(document);
  const rows = rowsOf(table);
  for (const fault of new Set(seen.map((outcome) => outcome.fault))) {
    const own = seen.filter((outcome) => outcome.fault === fault);
    const cells = columns.map((verb, index) =>
      cell(
        rows.get(fault)?.cells[index] ?? '',
        own.filter((outcome) => outcome.verb === verb),
      ),
    );
    rows.set(fault, { title: own[0]?.title ?? '', cells });
  }
  const lines = [...rows].map(([fault, { title, cells }]) => `| ${title} (\`${fault}\`) | ${cells.join(' | ')} |`);
  return `${before}${begin}\n${head}\n${lines.join('\n')}\n${end}${after}`;
}

/**
 * The table as it stands in the document.
 *
 * @param {string} document
 * @returns {string}
 */
export function tableIn(document) {
  return parts(document)[1].trim();
}

/**
 * Faults that the document lists, with their titles.
 *
 * @param {string} document
 * @returns {string[]}
 */
export function listedIn(document) {
  return [...rowsOf(parts(document)[1])].map(([fault, { title }]) => `${fault}: ${title}`);
}

/**
 * What the document says was seen of a fault.
 *
 * @param {string} document
 * @param {string} verb
 * @param {string} fault
 * @returns {{ format: string, outcome: string }[]}
 */
export function outcomesIn(document, verb, fault) {
  return outcomesOf(rowsOf(parts(document)[1]).get(fault)?.cells[columns.indexOf(verb)] ?? '');
}

const head = '| fault | backup to one repository | to two | restore of one | of several |\n|---|---|---|---|---|';

/**
 * @param {string} document
 * @returns {[string, string, string]}
 */
function parts(document) {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to === -1) throw new Error('docs/reliability.md has lost the place of its table');
  return [document.slice(0, from), document.slice(from + begin.length, to), document.slice(to + end.length)];
}

/** @param {string} table */
function rowsOf(table) {
  /** @type {Map<string, { title: string, cells: string[] }>} */
  const rows = new Map();
  for (const line of table.split('\n')) {
    const [, title, fault, cells] = /^\| (.*) \(`([\w-]+)`\) \| (.*) \|$/.exec(line) ?? [];
    if (fault === undefined || title === undefined || cells === undefined) continue;
    rows.set(fault, { title, cells: cells.split(' | ') });
  }
  return rows;
}

/**
 * @param {string} text of a cell: `DUMP_FAILED (custom, plain); CONNECTION_FAILED (mariadb)`
 * @returns {{ format: string, outcome: string }[]}
 */
function outcomesOf(text) {
  return text.split('; ').flatMap((part) => {
    const [, outcome, formats] = /^(.+) \((.+)\)$/.exec(part) ?? [];
    return outcome === undefined || formats === undefined
      ? []
      : formats.split(', ').map((format) => ({ format, outcome }));
  });
}

/**
 * Formats with the same outcomes together.
 *
 * @param {string} old
 * @param {readonly { format: string, outcome: string }[]} seen
 */
function cell(old, seen) {
  if (seen.length === 0) return old;
  const kept = outcomesOf(old).filter(({ format }) => !seen.some((other) => other.format === format));
  /** @type {Map<string, Set<string>>} */
  const outcomes = new Map();
  for (const { format, outcome } of [...seen, ...kept].sort((a, b) => (a.format < b.format ? -1 : 1))) {
    outcomes.set(outcome, (outcomes.get(outcome) ?? new Set()).add(format));
  }
  return [...outcomes].map(([outcome, formats]) => `${outcome} (${[...formats].join(', ')})`).join('; ');
}
