/** A terminal window as SVG, and its text again. */
import { hostname } from 'node:os';

/**
 * The part of the demo's output that tells of the library: from the backup to the verdict. The host's name is replaced by
 * one as long, so that columns stay.
 *
 * @param {string} output
 * @returns {string[]} lines
 */
export function shown(output) {
  const host = hostname().split('.')[0] ?? '';
  const [, part = ''] = /^(backup\(config\)\n.*? as it was\.)$/ms.exec(output) ?? [];
  const name = 'debian'.padEnd(host.length, '-').slice(0, host.length);
  return part.replaceAll(`${host}-2`, `${name}-2`).split('\n');
}

const [width, lineHeight, left, top] = [780, 19, 20, 62];

/**
 * @param {readonly string[]} lines
 * @returns {string}
 */
export function terminal(lines) {
  const height = top + lines.length * lineHeight + 6;
  const text = lines.map(
    (line, at) => `  <text x="${left}" y="${top + at * lineHeight}"${look(line)}>${escaped(line)}</text>\n`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve"
  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.5">
  <title>What the demo prints: a backup of three databases, the archive, the restore, and the comparison</title>
  <style>
    text { fill: #d4d4d8; white-space: pre }
    .call { fill: #7dd3fc; font-weight: bold }
    .good { fill: #86efac }
    .rule { fill: #71717a }
  </style>
  <rect width="${width}" height="${height}" rx="9" fill="#18181b" />
  <circle cx="24" cy="22" r="6" fill="#f87171" />
  <circle cx="44" cy="22" r="6" fill="#fbbf24" />
  <circle cx="64" cy="22" r="6" fill="#4ade80" />
${text.join('')}</svg>
`;
}

/** @param {string} line */
function look(line) {
  if (/^\w+\(config/.test(line)) return ' class="call"';
  if (/: ok, | as before$|as it was\.$/.test(line)) return ' class="good"';
  return /^ *-+(?: +-+)+$/.test(line) ? ' class="rule"' : '';
}

/**
 * @param {string} svg
 * @returns {string[]} the lines that {@link terminal} was given
 */
export function linesOf(svg) {
  return [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * What is the same in every run, whatever came first: no times, no sizes of the repository, no widths of columns.
 *
 * @param {readonly string[]} lines
 * @returns {string[]}
 */
export function steady(lines) {
  return lines
    .map((line) =>
      line
        .replaceAll(/\S+-\d{4}-\d\d-\d\dT[\d:.]+/g, 'ARCHIVE')
        .replaceAll(/\d{4}-\d\d-\d\dT\S+Z/g, 'TIME')
        .replaceAll(/[\d.]+ s\b/g, 'TIME')
        .replaceAll(/[\d.]+ MB/g, 'SIZE')
        .replaceAll(/-{2,}/g, '--')
        .replaceAll(/ +/g, ' '),
    )
    .sort();
}
