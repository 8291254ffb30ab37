import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, test } from '@jest/globals';
import { cellsOf, type Planned } from './cells.ts';
import { kindOf, type Verb, verbs } from './fault.ts';
import { type Bench, familyOf } from './support/bench.ts';
import { Cell, openBench } from './support/cell.ts';
import {
  archiveNames,
  checkArchives,
  checkDatabases,
  checkLeftovers,
  checkNextRun,
  checkOutcome,
  checkSecrets,
  snapshots,
} from './support/checks.ts';
import { Outcomes } from './support/outcomes.ts';
import { ownServer } from './support/own-server.ts';

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
  const own = fault.ownServer ? await ownServer(familyOf(format), bench.account) : undefined;
  let cell: Cell | undefined;
  try {
    cell = await Cell.open(bench, format, own?.connection ?? familyOf(format).shared);
    if (own !== undefined) cell.own = own;
    const names = await archiveNames(cell);
    await fault.arrange(cell);
    const before = await snapshots(cell);

    const attempt = await cell.attempt();

    const expectation = fault.expect[kindOf(bench.verb)];
    const outcome = checkOutcome(cell, attempt, expectation);
    checkSecrets(cell, attempt);
    await checkLeftovers(cell, cell.patience);
    cell.mended();
    let state = '';
    if (cell.kind === 'backup') await checkArchives(cell, attempt, names, before, expectation);
    else state = `, ${await checkDatabases(cell, attempt, before)} restored`;
    await checkNextRun(cell);
    return `${outcome}${state}`;
  } finally {
    await cell?.close();
    await own?.stop();
    if (cell !== undefined) await rm(cell.directory, { recursive: true, force: true });
  }
}
