import { inPostgresql } from '../data/databases.mjs';
import { borg } from '../engines/borg.mjs';
import { makeSite } from '../support/site.mjs';
import { run } from '../support/timed.mjs';
import { dumpstream } from './dumpstream.mjs';

/**
 * @import { Servers } from '../../scripts/servers/index.mjs'
 *
 * @typedef {object} StorageOptions of Borg
 * @property {string} [compression]
 * @property {string} [chunkerParams]
 */

/**
 * How dumpstream has Borg store dumps by default: a comparison is one of equals only if the others have it, too. Asked of an
 * archive, in which Borg keeps its command line.
 *
 * @param {Servers} servers
 * @returns {Promise<StorageOptions>}
 */
export async function findStorageOptions(servers) {
  await inPostgresql(servers.postgres, 'postgres', 'create database asked');
  const site = await makeSite({ servers, engine: borg });
  const databases = [{ kind: /** @type {const} */ ('postgresql'), name: 'asked', rows: 0, bytes: 0 }];
  await run(await dumpstream.backup({ site, servers, databases }));
  const [repository = ''] = site.repositories;
  const { archives } = JSON.parse(
    await run({ file: 'borg', args: ['info', '--json', '--last', '1', repository], env: site.env }),
  );
  site.remove();
  /** @type {string[]} */
  const words = archives[0].command_line;
  const given = (/** @type {string} */ option) =>
    words.includes(option) ? words[words.indexOf(option) + 1] : undefined;
  const [compression, chunkerParams] = [given('--compression'), given('--chunker-params')];
  return { ...(compression && { compression }), ...(chunkerParams && { chunkerParams }) };
}
