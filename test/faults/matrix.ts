import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, test } from '@jest/globals';
import { cellsOf, type Planned } from './cells.ts';
import { kindOf, type Verb, verbs } from './fault.ts';
import { type Bench, openBench } from './support/bench.ts';
import { Cell } from './support/cell.ts';
import {
  checkArchives,
  checkDatabases,
  checkLeftovers,
  checkNextRun,
  checkOutcome,
  checkSecrets,
} from './support/checks.ts';
import { Outcomes } from './support/outcomes.ts';

/** Tests of everything that can go wrong with one verb. */
export function faultMatrix(verb: Verb): void {
  const outcomes = new Outcomes(verb);
  let bench: Bench;

  beforeAll(async () => {
    bench = await openBench(verb);
  });

  afterAll(async () => {
    await bench?.close();
    outcomes.print();
  });

  for (const planned of cellsOf(verb)) {
    const { fault, format, round } = planned;
    const again = round === 1 ? '' : `, round ${round}`;
    test(`${verbs[verb]}, ${format}: ${fault.title} (${fault.id})${again}`, async () => {
      outcomes.add(fault, format, await tryOut(bench, planned));
    }, 180_000);
  }
}

/** @returns the outcome, once everything about it has turned out to be right */
async function tryOut(bench: Bench, { fault, format }: Planned): Promise<string> {
  const cell = await Cell.open(bench, format, fault.ownServer === true);
  try {
    await fault.arrange(cell);
    const attempt = await cell.attempt();

    const outcome = checkOutcome(cell, attempt, fault.expect[kindOf(bench.verb)]);
    checkSecrets(cell, attempt);
    await checkLeftovers(cell, cell.patience);
    cell.mended();
    let state = '';
    if (cell.kind === 'backup') await checkArchives(cell, attempt);
    else state = `, ${await checkDatabases(cell, attempt)} restored`;
    await checkNextRun(cell);
    cell.leaveIntact();
    return `${outcome}${state}`;
  } finally {
    await cell.close();
    await rm(cell.directory, { recursive: true, force: true });
  }
}
