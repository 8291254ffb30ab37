import { join } from 'node:path';
import { root } from '../../scripts/setup/workspace.mjs';
import { dumpstream, inTurn } from '../contenders/index.mjs';
import { median } from '../report/statistics.mjs';
import { run } from '../support/timed.mjs';

/** @import { Lab } from '../support/lab.mjs' */

/** What is imported, from where it is found: the three stand beside core as they are published. */
const entrants = [
  {
    name: dumpstream.name,
    from: '.',
    modules: ['@dumpstream/core', '@dumpstream/hooks-postgres', '@dumpstream/hooks-mysql'],
  },
  { name: 'execa, yaml and typebox', from: 'packages/core', modules: ['execa', 'yaml', 'typebox'] },
];

/** One import is soon over, and what disturbs it is not. */
const importsPerRound = 7;

/**
 * Row 10: in a fresh Node each.
 *
 * @param {Lab} lab
 */
export async function measureImports({ rounds, recorder }) {
  for (let round = 0; round < rounds; round++) {
    for (const { name, from, modules } of inTurn(entrants, round)) {
      const program = `const began = performance.now();
        for (const name of ${JSON.stringify(modules)}) await import(name);
        process.stdout.write(String((performance.now() - began) / 1000));`;
      const args = ['--input-type=module', '--eval', program];
      /** @type {number[]} */
      const seconds = [];
      for (let n = 0; n < importsPerRound; n++) {
        seconds.push(Number(await run({ file: process.execPath, args, cwd: join(root, from) })));
      }
      recorder.add(10, name, { seconds: median(seconds) });
    }
  }
}
