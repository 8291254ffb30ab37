/**
 * The demo: databases with some hundred thousand rows are backed up, dropped, restored and compared, on servers that are
 * started for it and leave nothing behind. `--engine directory` takes a plain directory in place of a Borg repository. Exits
 * with 0 only if everything is as it was.
 */
import { parseArgs } from 'node:util';
import { startServers } from '../../scripts/servers/index.mjs';
import { isolate } from './environment.mjs';
import { onInterrupt } from './interrupt.mjs';
import { step } from './output/steps.mjs';
import { roundTrip } from './round-trip.mjs';

const { signal, status } = onInterrupt();
const started = performance.now();
/** @type {import('../../scripts/servers/index.mjs').Servers | undefined} */
let servers;
try {
  const engine = chosenEngine();
  servers = await step('Starting a throwaway PostgreSQL and a throwaway MariaDB', signal, () =>
    startServers({ signals: [] }),
  );
  isolate(servers.scratch);
  process.exitCode = (await roundTrip(servers, engine, signal)) ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  if (!signal.aborted) explain(error);
} finally {
  await servers?.stop();
}
if (signal.aborted) {
  process.exitCode = status();
  console.error(`\n${signal.reason.message}: the servers are stopped, nothing is left`);
} else {
  console.log(
    `\nThe servers are stopped and their files removed, after ${Math.round((performance.now() - started) / 1000)} s.`,
  );
}

/** @returns {import('./configuration.mjs').Engine} */
function chosenEngine() {
  const { engine = 'borg' } = parseArgs({ options: { engine: { type: 'string' } } }).values;
  if (engine === 'borg' || engine === 'directory') return engine;
  throw new Error(`--engine takes borg or directory, and not ${engine}`);
}

/** @param {unknown} error */
function explain(error) {
  const { message, hint, code } = /** @type {Error & { hint?: string, code?: unknown }} */ (error);
  console.error(`\n${typeof code === 'string' ? `${code}: ` : ''}${message}${hint === undefined ? '' : `\n${hint}`}`);
}
