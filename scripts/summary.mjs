/** Prints `N passed, N failed` of jest's results: `node scripts/summary.mjs results.json`. A suite that did not run has failed. */
import { readFileSync } from 'node:fs';

const [file = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const results = text === '' ? undefined : JSON.parse(text);
const passed = results?.numPassedTests ?? 0;
const failed = results === undefined ? 1 : results.numFailedTests + results.numRuntimeErrorTestSuites;
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
