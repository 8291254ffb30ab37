import { BackupError } from '@dumpstream/core';
import { describeError, outcomeOf } from '../case.ts';
import { withoutCommands } from '../fake-commands/without-commands.ts';
import type { HookCase } from './hook-case.ts';
import { programsOf } from './subject.ts';
import { texts } from './values.ts';

export const missingCommands: HookCase = {
  id: 'missing-commands',
  title: 'a program that is not installed is named by COMMAND_MISSING, and is found as soon as it is there',
  appliesTo: (subject) => programsOf(subject).length > 0,
  run: async (bench) => {
    const name = await bench.database(texts('one'));
    await bench.mustBackUp([name]);
    for (const group of bench.subject.commands ?? []) {
      const programs = typeof group === 'string' ? [group] : group;
      const { backup, restore } = await withoutCommands(programs, async () => ({
        backup: await outcomeOf(bench.backup([name], { dryRun: true })),
        restore: await outcomeOf(bench.restore([name], { dryRun: true })),
      }));
      // Some programs are for one of the two.
      const failed = [backup, restore].filter((outcome) => !outcome.ok);
      const why = `${programs.join(' and ')} cannot be found`;
      if (failed.length === 0) {
        throw bench.error(`${why}, and neither a dry run of a backup nor one of a restore says so`, expected);
      }
      for (const outcome of failed) {
        if (outcome.ok) continue;
        const { error } = outcome;
        if (error instanceof BackupError && error.code === 'COMMAND_MISSING' && !saysNoMore.test(error.hint)) continue;
        throw bench.error(`${why}, and the dry run ends with ${describeError(error)}`, expected, error);
      }
    }
    await bench.mustBackUp([name]);
  },
};

/** A hint that only has what every one ends with. */
const saysNoMore = /^see docs\/\S+$/;

const expected =
  'COMMAND_MISSING with a hint: have `check` run the program itself, such as with --version; a shell in between hides that it is missing';
