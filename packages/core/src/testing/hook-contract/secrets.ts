import { inspect } from 'node:util';
import type { Command, Event } from '@dumpstream/core';
import { outcomeOf } from '../case.ts';
import { type FakeCommand, fakeCommands } from '../fake-commands.ts';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';
import { observed } from './observed.ts';
import { programsOf } from './subject.ts';
import { texts } from './values.ts';

export const secrets: HookCase = {
  id: 'secrets',
  title: 'a secret is in no argument, event, report, error or archive',
  run: async (bench) => {
    expectMarked(bench);
    const name = await bench.database(texts('one'));
    const values = secretsOf(bench, name);
    if (values.length === 0) return;
    const seen: Seen = { commands: [], told: [] };
    const hook = observed(bench.subject.hook, { command: (command) => seen.commands.push(command) });
    await bench.with({ hook }, async (watched) => {
      await callAll(watched, name, { real: true }, seen);
      await callAll(watched, name, { stderr: `cannot log in with ${values.join(' ')}\n`, exitCode: 1 }, seen);
    });
    for (const secret of values) expectUnseen(bench, secret, seen);
  },
};

interface Seen {
  readonly commands: Pick<Command, 'file' | 'args'>[];
  /** Events, reports and errors. */
  readonly told: unknown[];
}

/** All of `password`, `restore_password`, `api_token` and the like. */
function expectMarked(bench: Bench): void {
  for (const [key, schema] of Object.entries(bench.subject.hook.entry.properties)) {
    if (!/password|passphrase|secret|token/i.test(key) || /_(?:file|command|transport)$/.test(key)) continue;
    if ((schema as { writeOnly?: boolean }).writeOnly === true) continue;
    throw bench.error(`the key \`${key}\` is not marked as secret`, '`Type.String({ writeOnly: true })`');
  }
}

function secretsOf(bench: Bench, name: string): string[] {
  const { hook } = bench.subject;
  const entry = bench.subject.entry(name);
  return Object.entries(hook.entry.properties).flatMap(([key, schema]) => {
    const value = entry[key];
    return (schema as { writeOnly?: boolean }).writeOnly === true && typeof value === 'string' && value !== ''
      ? [value]
      : [];
  });
}

async function callAll(bench: Bench, name: string, behaviour: FakeCommand, seen: Seen): Promise<void> {
  const programs = programsOf(bench.subject);
  const fakes = await fakeCommands(Object.fromEntries(programs.map((program) => [program, behaviour])));
  const onEvent = (event: Event) => seen.told.push(event);
  try {
    await fakes.onPath(async () => {
      seen.told.push(await outcomeOf(bench.backup([name], { onEvent })));
      seen.told.push(await outcomeOf(bench.restore([name], { onEvent })));
    });
    seen.commands.push(...fakes.calls().map((call) => ({ file: call.name, args: call.argv })));
  } finally {
    await fakes.remove();
  }
  for (const { comment, files } of bench.memory.archives()) {
    const manifest = files.get('dumpstream/manifest.json');
    seen.told.push(comment, Buffer.from(manifest ?? []).toString());
  }
}

function expectUnseen(bench: Bench, secret: string, { commands, told }: Seen): void {
  const shown = commands.find(({ args }) => args.some((word) => word.includes(secret)));
  if (shown !== undefined) {
    const words = shown.args.map((word) => word.replaceAll(secret, '<the secret>'));
    throw bench.error(
      `everybody on the machine can read a secret in the arguments of ${shown.file} ${words.join(' ')}`,
      'the `env` or the `input` of the command, or a private file',
    );
  }
  const teller = told
    .map((item) => `${JSON.stringify(item)}${inspect(item, { depth: 9 })}`)
    .find((text) => text.includes(secret));
  if (teller === undefined) return;
  const at = teller.indexOf(secret);
  throw bench.error(
    `a secret is told: … ${teller.slice(Math.max(0, at - 80), at)}<the secret>`,
    'no secret in messages, hints, warnings and `Meta`',
  );
}
