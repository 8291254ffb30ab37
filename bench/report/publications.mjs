import { join } from 'node:path';
import { root } from '../../scripts/setup/workspace.mjs';

/**
 * @import { EngineName } from '../engines/index.mjs'
 *
 * @typedef {object} Publication where an engine's figures go
 * @property {string} document that shows them
 * @property {string} charts a directory beside it
 * @property {string} results that it shows
 * @property {number} rounds of the full mode at least, for figures to rely on
 * @property {string} latest results, of a quick look, which it does not
 */

/** @type {Readonly<Record<EngineName, Publication>>} */
export const publications = {
  borg: publication('performance', 'bench.json', 5),
  restic: publication('scaling', 'bench-restic.json', 3),
};

/**
 * @param {string} name
 * @param {string} latest
 * @param {number} rounds
 * @returns {Publication}
 */
function publication(name, latest, rounds) {
  const charts = join(root, 'docs', name);
  return {
    document: `${charts}.md`,
    charts,
    results: join(charts, 'results.json'),
    rounds,
    latest: join(root, '.cache', latest),
  };
}
