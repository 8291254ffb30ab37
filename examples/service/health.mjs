/**
 * Asks the service how it is, for those who watch it: exits with 0 if it is well, with 1 if not.
 *
 *     node health.mjs [--port 8321]
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string', default: '8321' } } });
try {
  const response = await fetch(`http://127.0.0.1:${values.port}/`);
  const { status, last, next } = /** @type {import('./service.mjs').Health} */ (await response.json());
  console.log(`${status}: ${last}; next at ${next}`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`no answer: ${error}`);
  process.exitCode = 1;
}
