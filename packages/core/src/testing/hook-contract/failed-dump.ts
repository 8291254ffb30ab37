import { BackupError, type BackupReport } from '@dumpstream/core';
import { describeError, type Outcome, outcomeOf } from '../case.ts';
import { type FakeCommand, fakeCommands } from '../fake-commands.ts';
import { memoryRepository } from '../memory-repository.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';
import { programsOf } from './subject.ts';
import { bulk } from './values.ts';

/** More than any program prints that does not dump, and less than the dump. */
const withinBytes = 20_000;
const dumpBytes = 400_000;

export const failureBefore: HookCase = {
  id: 'failure-before',
  title:
    'a dump that fails before its first byte is a failure: of a database that is not there, of programs that do not work',
  run: async (bench) => {
    const missing = bench.name('missing');
    await expectFailure(bench, await outcomeOf(bench.backup([missing])), 'the database is not there');
    await bench.expectValues(missing, undefined, 'after a backup of a database that is not there');
    if (programsOf(bench.subject).length === 0) return;
    const name = await bench.database(bulk(1));
    const { outcome } = await backupWith(bench, name, { exitCode: 1 });
    await expectFailure(bench, outcome, 'its programs exit with 1 at once');
  },
};

export const failureWithin: HookCase = {
  id: 'failure-within',
  title: 'a dump that is cut within its stream is a failure',
  appliesTo: (subject) => programsOf(subject).length > 0 || subject.breakDump !== undefined,
  run: async (bench) => {
    const name = await bench.database(bulk(dumpBytes));
    if (programsOf(bench.subject).length === 0) {
      await bench.subject.breakDump?.(name);
      return expectFailure(bench, await outcomeOf(bench.backup([name])), 'the dump was broken in the middle');
    }
    const cut: FakeCommand = { real: true, failsAfter: { output: withinBytes } };
    const { outcome, streams } = await backupWith(bench, name, cut);
    // A program that writes files has no stream to be cut.
    if (streams)
      await expectFailure(bench, outcome, `the dump was cut after ${withinBytes} bytes, with the exit status 1`);
  },
};

export const failureAfter: HookCase = {
  id: 'failure-after',
  title: 'a dump whose program fails after its last byte is a failure',
  appliesTo: (subject) => programsOf(subject).length > 0,
  run: async (bench) => {
    const name = await bench.database(bulk(dumpBytes));
    const late = (output: number): FakeCommand => ({ real: true, failsAfter: { output, whole: true }, exitCode: 2 });
    const { outcome, streams } = await backupWith(bench, name, late(withinBytes));
    if (streams) return expectFailure(bench, outcome, 'the program had printed its whole dump, and exited with 2');
    await bench.with({ memory: memoryRepository() }, async (other) => {
      const files = await backupWith(other, name, late(0));
      await expectFailure(other, files.outcome, 'the program had written its whole dump, and exited with 2');
    });
  },
};

interface FailedBackup {
  readonly outcome: Outcome<BackupReport>;
  /** Whether a program was made to fail, for it printed enough to be a dump. */
  readonly streams: boolean;
}

/** A backup for which all programs of the hook do what is said. */
async function backupWith(bench: Bench, name: string, behaviour: FakeCommand): Promise<FailedBackup> {
  const programs = programsOf(bench.subject);
  const fakes = await fakeCommands(Object.fromEntries(programs.map((program) => [program, behaviour])));
  try {
    const outcome = await fakes.onPath(() => outcomeOf(bench.backup([name])));
    const calls = fakes.calls();
    if (calls.length > 0) return { outcome, streams: calls.some(({ exitCode }) => exitCode !== 0) };
    throw bench.error(
      `a backup called none of its programs: ${programs.join(', ')}`,
      'in `commands` the programs that the hook runs, found on PATH at each call',
    );
  } finally {
    await fakes.remove();
  }
}

async function expectFailure(bench: Bench, outcome: Outcome<BackupReport>, why: string): Promise<void> {
  bench.expectNoArchive(why);
  if (outcome.ok) throw bench.error(`${why}, and the backup succeeded`, 'a rejected backup and no archive');
  const { error } = outcome;
  if (!(error instanceof BackupError) || error.message === '') {
    throw bench.error(
      `${why}, and the backup rejected with ${describeError(error)}`,
      'a BackupError that says what',
      error,
    );
  }
  await bench.expectNothingLeft(why);
}
