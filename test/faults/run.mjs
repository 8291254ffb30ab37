/**
 * `npm run test:faults -- --rounds N`: every fault with every verb and every format, N times; then the table of outcomes
 * in docs/reliability.md is written anew, and printed. What else is given goes to jest.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from '../../scripts/setup/set-up.mjs';
import { root } from '../../scripts/setup/workspace.mjs';
import { tableIn, withOutcomes } from './support/table.mjs';

const { values, tokens } = parseArgs({
  options: { rounds: { type: 'string', default: '1' } },
  strict: false,
  tokens: true,
});
const rest = process.argv.slice(2);
for (const token of tokens.filter(
  ({ kind, ...given }) => kind === 'option' && 'name' in given && given.name === 'rounds',
)) {
  rest.splice(token.index, 'inlineValue' in token && token.inlineValue ? 1 : 2);
}

const collected = mkdtempSync(join(tmpdir(), 'dumpstream-faults-'));
const outcomes = join(collected, 'outcomes.jsonl');
writeFileSync(outcomes, '');
if (await setUp({ tests: true })) {
  process.env.NODE_ENV ??= 'test';
  Object.assign(process.env, { DUMPSTREAM_FAULT_ROUNDS: values.rounds, DUMPSTREAM_FAULT_OUTCOMES: outcomes });
  process.on('exit', () => {
    const lines = readFileSync(outcomes, 'utf8').split('\n').filter(Boolean);
    rmSync(collected, { recursive: true });
    const document = join(root, 'docs/reliability.md');
    const outcome = withOutcomes(
      readFileSync(document, 'utf8'),
      lines.map((line) => JSON.parse(line)),
    );
    writeFileSync(document, outcome);
    process.stdout.write(`${tableIn(outcome)}\n`);
  });
  const { run } = await import('jest');
  await run(['test/faults', ...rest], root);
}
