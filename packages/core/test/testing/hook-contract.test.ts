import { ContractError, hookContract } from '@dumpstream/core/testing';
import { describe, expect, test } from '@jest/globals';
import { inJavaScript, installThings, subjectOf, withCommands } from './support/things.ts';
import { wrongHooks } from './support/wrong-hooks.ts';

await installThings();

for (const [title, hook, kind] of [
  ['with commands', withCommands, 'commands'],
  ['in JavaScript alone', inJavaScript, 'js'],
] as const) {
  const subject = await subjectOf(hook, kind);
  describe(`a right hook ${title} passes`, () => {
    for (const { name, run } of hookContract(subject)) test(name, run);
  });
}

test.each(wrongHooks)('$failing finds it, and no other case does: $mistake', async ({ hook, failing, kind }) => {
  const found: Record<string, string> = {};
  for (const { name, run } of hookContract(await subjectOf(hook, kind))) {
    await run().catch((error: Error) => {
      found[name.split(':')[0] ?? ''] = error instanceof ContractError ? error.message : `${error.stack}`;
    });
  }
  const others = Object.entries(found).filter(([id]) => id !== failing);
  expect(others).toEqual([]);
  expect(found[failing]).toMatch(/\n {2}expected: .+\n {2}see docs\/write-a-hook\.md#/);
});
