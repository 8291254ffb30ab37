import { BackupError, type CheckResult, type HookContext } from '@dumpstream/core';
import { checkRestore } from './check-restore.ts';
import { requireDatabase } from './dump.ts';
import { dumpOptions } from './dump-options.ts';
import { requireDumpRights } from './dump-rights.ts';
import type { DumpJob, Entry, LoadJob } from './entry.ts';
import { type Facts, namesOf } from './facts.ts';
import { type FamilyName, families } from './families.ts';
import { checkGlobals } from './globals.ts';
import { hasDumpableHistory } from './history.ts';
import { listed } from './listed.ts';
import { look } from './look.ts';
import { findClient, findDumper, type Program } from './programs.ts';
import { readSurroundings } from './surroundings.ts';

export async function check(family: FamilyName, job: DumpJob | LoadJob, context: HookContext): Promise<CheckResult> {
  const { entry } = job;
  if ('meta' in job) refuseLostPort(entry);
  if (job.item.kind === 'globals') return checkGlobals(family, job, context);
  const purpose = 'meta' in job ? 'restore' : 'backup';
  const client = await findClient(family, entry, purpose, context);
  if ('meta' in job) {
    return { warnings: [...optionFilesWarning(client), ...(await checkRestore(family, job, client, context))] };
  }
  dumpOptions(entry);
  const dumper = await findDumper(family, entry, context);
  return checkDump(client, dumper, entry, context);
}

/** A port that is asked for would be passed over, and the live server restored to in its place. */
function refuseLostPort({ socket_path, port }: Entry): void {
  if (socket_path === undefined || port === undefined) return;
  throw new BackupError(
    'CONFIG_INVALID',
    `the server is reached by its socket ${socket_path}, which has no port ${port}`,
    {
      hint: 'to reach a server by a port, give its `hostname`, too; else leave the port away',
    },
  );
}

async function checkDump(client: Program, dumper: Program, entry: Entry, context: HookContext): Promise<CheckResult> {
  const surroundings = await readSurroundings(client, entry, context);
  const { facts } = await look(client, entry, surroundings, context);
  requireDatabase(facts, entry.name);
  requireDumpRights(surroundings.rights, facts, entry);
  const versioned = namesOf(facts, 'SYSTEM VERSIONED');
  const keepsHistory = await hasDumpableHistory(client, dumper, entry, facts, context);
  return {
    expectedBytes: facts.tables.reduce((sum, { bytes }) => sum + bytes, 0),
    warnings: [
      ...optionFilesWarning(client, dumper),
      ...familyWarning(dumper, facts),
      ...(entry.lock_tables === true ? [] : unsteadyWarning(facts)),
      ...(versioned.length > 0 && !keepsHistory
        ? [`the history of system-versioned tables is not in the dump: ${listed(versioned)}`]
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
    `these tables are not dumped at one moment, since their engines have no snapshots: ${listed(
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
