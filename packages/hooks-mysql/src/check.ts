import { BackupError, type CheckResult, type HookContext } from '@dumpstream/core';
import { requireDatabase } from './dump.ts';
import { dumpOptions } from './dump-options.ts';
import type { DumpJob, Entry, LoadJob } from './entry.ts';
import { type Facts, namesOf, readFacts } from './facts.ts';
import { type FamilyName, families } from './families.ts';
import { hasDumpableHistory } from './history.ts';
import { findClient, findDumper, type Program } from './programs.ts';

export async function check(family: FamilyName, job: DumpJob | LoadJob, context: HookContext): Promise<CheckResult> {
  const { entry } = job;
  const client = await findClient(family, entry, context);
  if ('meta' in job) return checkRestore(job, client, await readFacts(client, entry, context), context);
  dumpOptions(entry.options ?? '');
  const dumper = await findDumper(family, entry, context);
  const facts = await readFacts(client, entry, context);
  return checkDump(client, dumper, entry, facts, context);
}

async function checkDump(
  client: Program,
  dumper: Program,
  entry: Entry,
  facts: Facts,
  context: HookContext,
): Promise<CheckResult> {
  requireDatabase(facts, entry.name);
  const versioned = namesOf(facts, 'SYSTEM VERSIONED');
  const keepsHistory = await hasDumpableHistory(client, dumper, entry, facts, context);
  return {
    expectedBytes: facts.tables.reduce((sum, { bytes }) => sum + bytes, 0),
    warnings: [
      ...optionFilesWarning(client, dumper),
      ...familyWarning(dumper, facts),
      ...unsteadyWarning(facts),
      ...(versioned.length > 0 && !keepsHistory
        ? [`the history of system-versioned tables is not in the dump: ${list(versioned)}`]
        : []),
    ],
  };
}

async function checkRestore(
  { item, entry, meta, strategy }: LoadJob,
  client: Program,
  facts: Facts,
  context: HookContext,
): Promise<CheckResult> {
  const { server } = facts;
  if (meta.namesSequences !== undefined && entry.name !== item.name) {
    const source = await readFacts(client, { ...entry, name: item.name }, context);
    if (namesOf(source, 'SEQUENCE').length === 0) {
      throw new BackupError(
        'RESTORE_FAILED',
        `tables of ${item.name} take numbers from sequences by that database's name`,
        {
          hint: `restore it as ${item.name}, or where there is a database ${item.name} with these sequences`,
        },
      );
    }
  }
  const occupied = facts.tables.length + facts.routines.length + facts.events.length > 0;
  return {
    warnings: [
      ...optionFilesWarning(client),
      ...(strategy === 'swap' && occupied
        ? [
            `the content of ${entry.name} is replaced in place: until the restore has succeeded, the database is not whole`,
          ]
        : []),
      ...(meta.serverFamily !== undefined && meta.serverFamily !== server.family
        ? [
            `the dump of ${item.name} comes from ${title(meta.serverFamily)} ${meta.serverVersion}, the server is ${server.version}`,
          ]
        : []),
    ],
  };
}

/** Their rows are read one table after the other, while others may write. */
function unsteadyWarning({ tables }: Facts): string[] {
  const unsteady = tables.filter(
    ({ type, engine, transactional }) =>
      !transactional &&
      engine !== '' &&
      engine !== 'BLACKHOLE' &&
      (type === 'BASE TABLE' || type === 'SYSTEM VERSIONED'),
  );
  if (unsteady.length === 0) return [];
  return [
    `these tables are not dumped at one moment, since their engines have no snapshots: ${list(
      unsteady.map(({ name, engine }) => `${name} (${engine})`),
    )}`,
  ];
}

/** They dump what both servers have. Of what only the other has, they leave out or refuse some. */
function familyWarning({ file, family, version }: Program, { server }: Facts): string[] {
  if (family === server.family) return [];
  const own = families[server.family].title;
  return [
    `${file} is of ${families[family].title} ${version}, the server of ${own} ${server.version}: install the dump program of ${own}`,
  ];
}

function optionFilesWarning(...programs: readonly Program[]): string[] {
  return programs
    .filter(({ optionFiles }) => !optionFiles)
    .map(
      ({ file }) => `the option files of ${file} hold a password: they are left out, so that the configured one counts`,
    );
}

function title(family: string): string {
  return family === 'mysql' || family === 'mariadb' ? families[family].title : 'another server';
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 20);
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}
