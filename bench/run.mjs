/**
 * `npm run bench -- [--engine borg|restic] [--mode small|full] [--rounds N] [--rows 1,2,3] [--output FILE]`: measures, shows
 * the figures as they come, and writes them; those of the full mode go into the documentation.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setUp } from '../scripts/setup/set-up.mjs';
import { readOptions } from './options.mjs';
import { publish } from './publish.mjs';
import { publications } from './report/publications.mjs';
import { readResults, writeResults } from './report/results.mjs';
import { aligned, goalTable } from './report/tables.mjs';
import { scenarios } from './scenarios/index.mjs';
import { openLab } from './support/lab.mjs';
import { describeMachine } from './support/machine.mjs';

const options = readOptions(process.argv.slice(2));
if (await setUp({ tests: true })) await measure();

async function measure() {
  const { engine, output } = options;
  const lab = await openLab(options);
  try {
    const machine = await describeMachine(lab);
    console.log(
      Object.entries(machine)
        .map((words) => words.join(' '))
        .join(', '),
    );
    mkdirSync(dirname(output), { recursive: true });
    for (const scenario of options.scenarios) {
      try {
        await scenarios[scenario]?.(lab);
      } catch (error) {
        // The other rows can be measured all the same.
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
      }
      const { mode, sizes, rounds, rows } = options;
      writeResults(output, { mode, rounds, sizes, machine, rows: lab.recorder.finished() }, rows);
    }
  } finally {
    await lab.servers.stop();
  }
  const publication = publications[engine.name];
  if (resolve(output) === publication.results) publish(publication);
  console.log(`\n${aligned(goalTable(readResults(output)))}`);
}
