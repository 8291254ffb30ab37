import { outcomeOf } from '../case.ts';
import { type FakeCommand, fakeCommands } from '../fake-commands.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';
import { programsOf } from './subject.ts';
import { bulk, texts } from './values.ts';

const live = texts('live', 'and kept');
const dumpBytes = 400_000;

export const failedRestore: HookCase = {
  id: 'failed-restore',
  title: 'an archive that breaks before, within or after its dump leaves the live database as it was',
  run: async (bench) => {
    const name = await bench.database(bulk(dumpBytes));
    const { databases } = await bench.mustBackUp([name]);
    await bench.subject.write(name, live);
    for (const afterBytes of [0, 100_000, databases[0]?.bytes ?? 0]) {
      bench.memory.inject({ during: 'give', afterBytes, delayMs: 200 }); // what came before has been read by then
      await expectKept(bench, name, `the archive broke after ${afterBytes} of ${databases[0]?.bytes} bytes`, () =>
        bench.restore([name]),
      );
    }
  },
};

export const failedLoad: HookCase = {
  id: 'failed-load',
  title: 'a program that fails while it loads a dump leaves the live database as it was',
  appliesTo: (subject) => programsOf(subject).length > 0,
  run: async (bench) => {
    const name = await bench.database(bulk(dumpBytes));
    await bench.mustBackUp([name]);
    await bench.subject.write(name, live);
    const failing: FakeCommand = { real: true, failsAfter: { input: 100_000 } };
    const programs = programsOf(bench.subject);
    const fakes = await fakeCommands(Object.fromEntries(programs.map((program) => [program, failing])));
    try {
      const restore = () => fakes.onPath(() => bench.restore([name]));
      const outcome = await outcomeOf(restore());
      const isCut = fakes.calls().some(({ exitCode, input }) => exitCode === 1 && input.length >= 100_000);
      // A hook whose programs read no dump, but files, has nothing to fail here.
      if (!isCut && outcome.ok) return;
      await expectKept(bench, name, 'the program that loads failed after 100000 bytes', async () => {
        if (!outcome.ok) throw outcome.error;
      });
    } finally {
      await fakes.remove();
    }
  },
};

async function expectKept(bench: Bench, name: string, why: string, restore: () => Promise<unknown>): Promise<void> {
  const outcome = await outcomeOf(restore());
  if (outcome.ok) throw bench.error(`${why}, and the restore succeeded`, 'a rejected restore');
  await bench.expectValues(name, live, why);
  await bench.expectNothingLeft(why);
}
