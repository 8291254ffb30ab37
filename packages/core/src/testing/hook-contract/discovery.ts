import { describeError, outcomeOf } from '../case.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';
import { hostileNames, texts } from './values.ts';

export const discovery: HookCase = {
  id: 'discovery',
  title: 'every database is found, dumped and restored by its exact name, however hostile',
  run: async (bench) => {
    const { subject } = bench;
    const mark = bench.name('hostile').slice(-8);
    const names = hostileNames
      .map((name) => `${name}${mark}`)
      .filter((name) => subject.canBeNamed === undefined || subject.canBeNamed(name));
    for (const name of names) await bench.database(texts(name), name);
    if (subject.hook.list !== undefined) await expectListed(bench, names);
    await bench.mustBackUp(names);
    for (const name of names) await subject.write(name, texts('changed'));
    await bench.mustRestore(names);
    for (const name of names) {
      await bench.expectValues(name, texts(name), `after a restore of the database ${JSON.stringify(name)}`);
    }
  },
};

/** A dry run of `all` shows what it stands for. Others may have databases on the same server. */
async function expectListed(bench: Bench, names: readonly string[]): Promise<void> {
  const outcome = await outcomeOf(bench.backup(['all'], { dryRun: true }));
  if (!outcome.ok) {
    throw bench.error(`\`list\` failed: ${describeError(outcome.error)}`, 'every database there is', outcome.error);
  }
  const listed = outcome.value.databases.filter(({ kind }) => kind === 'database').map(({ name }) => name);
  for (const name of names) {
    const times = listed.filter((found) => found === name).length;
    if (times === 1) continue;
    const near = listed.filter((found) => found.includes(name.slice(-8)));
    throw bench.error(
      `\`list\` gives the database ${JSON.stringify(name)} ${times} times, among ${JSON.stringify(near)}`,
      'once, exactly so: ask for names as JSON or hexadecimal, for names can hold spaces and new lines',
    );
  }
}
