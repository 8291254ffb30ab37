import { BackupError, type HookContext } from '@dumpstream/core';
import { askOnce } from './ask.ts';
import { requireRights } from './dump-rights.ts';
import type { LoadJob } from './entry.ts';
import { namesOf, readFacts } from './facts.ts';
import { type FamilyName, families } from './families.ts';
import { foreignKeys, foreignKeysFromOthers } from './foreign-keys.ts';
import { look } from './look.ts';
import { obstacles } from './obstacles.ts';
import { findDumper, type Program } from './programs.ts';
import { missingForRestore } from './restore-rights.ts';
import { refuseWithoutRoom } from './room.ts';
import { readSurroundings } from './surroundings.ts';
import { refuseVersions } from './versions.ts';

/** Refuses what cannot succeed, before anything is touched. @returns warnings */
export async function checkRestore(
  family: FamilyName,
  job: LoadJob,
  client: Program,
  context: HookContext,
): Promise<readonly string[]> {
  const { item, entry, meta, strategy } = job;
  refuseFormat(job);
  const surroundings = await readSurroundings(client, entry, context);
  const { server, rights, place } = surroundings;
  const { facts } = await look(client, entry, surroundings, context);
  refuseVersions(job, client, facts);
  await refuseWithoutSequences(job, client, context);
  if (item.name === 'all' && meta.format === 'sql-databases') return [];
  requireRights(rights, missingForRestore(rights, job, facts), `restore ${entry.name}`);
  if (strategy === 'swap') {
    const [keys] = await askOnce(client, entry, context, foreignKeys(server, rights));
    const found = obstacles(entry.name, facts, foreignKeysFromOthers(entry.name, facts, keys));
    if (found.length > 0) {
      throw new BackupError('RESTORE_FAILED', `${entry.name} cannot be swapped: ${found.join('; ')}`, {
        hint: 'remove what is in the way, or restore with the strategy `in-place`',
      });
    }
    await findDumper(family, entry, context);
    await refuseWithoutRoom(job, place);
  }
  return meta.serverFamily !== undefined && meta.serverFamily !== facts.server.family
    ? [
        `the dump of ${item.name} comes from ${title(meta.serverFamily)} ${meta.serverVersion}, the server is ${facts.server.version}`,
      ]
    : [];
}

function refuseFormat({ item, entry, meta, strategy }: LoadJob): void {
  if (meta.format === 'sql-databases' && item.name === 'all') {
    if (strategy === 'swap') {
      throw new BackupError('RESTORE_FAILED', 'the dump is one script of all databases, which chooses them itself', {
        hint: 'it can be restored with the strategy `in-place` only, which replaces those that it names',
      });
    }
    if (entry.name !== item.name) {
      throw new BackupError('RESTORE_FAILED', 'the dump is one script of all databases, and cannot go into one', {
        hint: 'leave `to.name` away, or take what you need out of the bytes that extract() gives',
      });
    }
    return;
  }
  if (entry.add_drop_database === false && strategy === 'swap') {
    throw new BackupError(
      'RESTORE_FAILED',
      '`add_drop_database: false` keeps what the dump does not have, which a swap cannot',
      {
        hint: 'restore with the strategy `in-place`',
      },
    );
  }
}

async function refuseWithoutSequences({ item, entry, meta }: LoadJob, client: Program, context: HookContext) {
  if (meta.namesSequences === undefined || entry.name === item.name) return;
  const source = await readFacts(client, { ...entry, name: item.name }, context);
  if (namesOf(source, 'SEQUENCE').length > 0) return;
  throw new BackupError(
    'RESTORE_FAILED',
    `tables of ${item.name} take numbers from sequences by that database's name`,
    {
      hint: `restore it as ${item.name}, or where there is a database ${item.name} with these sequences`,
    },
  );
}

function title(family: string): string {
  return family === 'mysql' || family === 'mariadb' ? families[family].title : 'another server';
}
