import { BackupError, parseConfig } from '@dumpstream/core';
import { describeError, outcomeOf } from '../case.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';

/** Values that mean nothing, for the keys that mean the same in every hook. */
const nonsense: Readonly<Record<string, readonly unknown[]>> = {
  name: ['', 7, ['users']],
  hostname: [7],
  port: [0, 65_536, 'http'],
  username: [7],
  password: [7],
};

export const configuration: HookCase = {
  id: 'configuration',
  title: 'an entry is taken, and one that can mean nothing is refused',
  run: async (bench) => {
    const { hook } = bench.subject;
    const entry = { ...bench.subject.entry('users'), name: 'users' };
    const taken = await configured(bench, entry);
    if (!taken.ok) throw bench.error(`its own entry is refused: ${describeError(taken.error)}`, 'a valid entry');
    const { name: _, ...nameless } = entry;
    await expectRefused(bench, nameless, 'without `name`');
    await expectRefused(bench, { ...entry, no_such_key: 1 }, 'with the key `no_such_key`');
    for (const [key, values] of Object.entries(nonsense)) {
      if (!(key in hook.entry.properties)) continue;
      for (const value of values)
        await expectRefused(bench, { ...entry, [key]: value }, `with \`${key}: ${JSON.stringify(value)}\``);
    }
  },
};

async function expectRefused(bench: Bench, entry: Readonly<Record<string, unknown>>, what: string): Promise<void> {
  const outcome = await configured(bench, entry);
  if (!outcome.ok && outcome.error instanceof BackupError && outcome.error.code === 'CONFIG_INVALID') return;
  const found = outcome.ok ? 'is taken' : `ends with ${describeError(outcome.error)}`;
  throw bench.error(
    `an entry ${what} ${found}`,
    'CONFIG_INVALID before anything is begun: `Type.String({ minLength: 1 })`, `Type.Integer({ minimum: 1, maximum: 65535 })`',
  );
}

function configured({ subject: { hook }, memory }: Bench, entry: Readonly<Record<string, unknown>>) {
  const plain = { repositories: ['memory:contract'], [hook.name]: [entry] };
  return outcomeOf(Promise.resolve().then(() => parseConfig(plain, { hooks: [hook], repositories: [memory] })));
}
