import { borg } from './borg.mjs';
import { restic } from './restic.mjs';

/**
 * @import { Site } from '../support/site.mjs'
 *
 * @typedef {'borg' | 'restic'} EngineName
 *
 * @typedef {object} Entry a file in an archive
 * @property {string} path
 * @property {number} size
 *
 * @typedef {object} Engine a kind of repository
 * @property {EngineName} name
 * @property {number} offset of its rows' numbers: what row 1 is to Borg is row 21 to restic
 * @property {(directory: string) => Record<string, string>} environment of its program, whose files lie in the directory
 * @property {(repository: string, env: Site['env'], scratch: string) => Promise<unknown>} init makes a repository
 * @property {(repository: string) => unknown} entry of `repositories` in dumpstream's configuration
 * @property {(site: Site, repository: string) => Promise<Entry[]>} newEntries in archives that `seen` of the site lacked before
 */

/** @type {Readonly<Record<EngineName, Engine>>} */
export const engines = { borg, restic };
