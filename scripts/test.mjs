/** `npm test`: the set-up, then jest, with the arguments given. */
import { setUp } from './setup/set-up.mjs';
import { root } from './setup/workspace.mjs';

if (await setUp({ tests: true })) {
  process.env.NODE_ENV ??= 'test';
  const { run } = await import('jest');
  await run(process.argv.slice(2), root);
}
