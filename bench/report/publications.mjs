import { join } from 'node:path';
import { root } from '../../scripts/setup/workspace.mjs';

/**
 * @import { EngineName } from '../engines/index.mjs'
 *
 * @typedef {object} Publication where an engine's figures go
 * @property {string} document that shows them
 * @property {string} charts a directory beside it
 * @property {string} results that it shows
 * @property {string} latest results, of a quick look, which it does not
 */

/** @type {Readonly<Record<EngineName, Publication>>} */
export const publications = {
  borg: publication('performance', 'bench.json'),
  restic: publication('scaling', 'bench-restic.json'),
};

/**
 * @param {string} name
 * @param {string} latest
 * @returns {Publication}
 */
function publication(name, latest) {
  const charts = join(root, 'docs', name);
  return {
    document: `${charts}.md`,
    charts,
    results: join(charts, 'results.json'),
    latest: join(root, '.cache', latest),
  };
}
