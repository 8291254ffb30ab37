import type { ContractCase } from './case.ts';
import { abort } from './hook-contract/abort.ts';
import { Bench } from './hook-contract/bench.ts';
import { emptyDump, exactBytes, slowReader } from './hook-contract/bytes.ts';
import { configuration } from './hook-contract/configuration.ts';
import { discovery } from './hook-contract/discovery.ts';
import { failureAfter, failureBefore, failureWithin } from './hook-contract/failed-dump.ts';
import { failedLoad, failedRestore } from './hook-contract/failed-restore.ts';
import type { HookCase } from './hook-contract/hook-case.ts';
import { missingCommands } from './hook-contract/missing-commands.ts';
import { parallelUse } from './hook-contract/parallel.ts';
import { dryRun, inPlace, meta, roundTrip } from './hook-contract/round-trip.ts';
import { secrets } from './hook-contract/secrets.ts';
import { shape } from './hook-contract/shape.ts';
import type { HookSubject } from './hook-contract/subject.ts';

const cases: readonly HookCase[] = [
  shape,
  configuration,
  roundTrip,
  inPlace,
  dryRun,
  meta,
  discovery,
  exactBytes,
  emptyDump,
  slowReader,
  failureBefore,
  failureWithin,
  failureAfter,
  failedRestore,
  failedLoad,
  missingCommands,
  abort,
  secrets,
  parallelUse,
];

/**
 * What every hook must do, as cases for any test runner: `for (const c of hookContract({ … })) test(c.name, c.run)`. Each makes
 * databases of its own by `subject.write`, and removes them. They run one after the other, as `process.env` is changed
 * while some of them run. Nothing on disk but temporary files; no repository.
 *
 * @param subject the hook, and how its databases are made, read and removed without it
 * @returns those of the cases that can be tried: some need `commands`, or `breakDump` in their place
 */
export function hookContract(subject: HookSubject): readonly ContractCase[] {
  return cases
    .filter(({ appliesTo }) => appliesTo === undefined || appliesTo(subject))
    .map(({ id, title, run }) => ({ name: `${id}: ${title}`, run: () => Bench.use(subject, id, run) }));
}
