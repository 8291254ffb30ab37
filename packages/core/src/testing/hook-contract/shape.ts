import { errorCodes } from '@dumpstream/core';
import type { Bench } from './bench.ts';
import type { HookCase } from './hook-case.ts';

/** `restore_` stands before what says where a database is: `restore_options` and the like are the hook's own. */
const coreKeys = [
  'label',
  ...['hostname', 'port', 'username', 'password', 'socket_path', 'tls'].map((key) => `restore_${key}`),
];
const optional = ['list', 'check', 'recognise', 'explain'] as const;

export const shape: HookCase = {
  id: 'shape',
  title: 'the hook is what core takes for one',
  run: async (bench) => {
    const { hook } = bench.subject;
    const { name, entry } = hook;
    if (!/^[a-z][a-z0-9_]*$/.test(name)) {
      throw bench.error(
        `its name is ${JSON.stringify(name)}`,
        'a key that needs no quotes in YAML: small letters, digits and `_`, such as `sqlite_databases`',
      );
    }
    if (entry?.type !== 'object' || entry.properties === undefined) {
      throw bench.error('its `entry` is no schema of an object', '`entry: Type.Object({ name: Type.String(), … })`');
    }
    const own = coreKeys.filter((key) => key in entry.properties);
    if (own.length > 0) {
      throw bench.error(`its \`entry\` has ${own.join(', ')}`, 'none of these: core adds them, and acts on them');
    }
    for (const method of ['dump', 'restore'] as const) expectFunction(bench, method, true);
    for (const method of optional) expectFunction(bench, method, false);
    expectRecognition(bench);
    expectExplanation(bench);
  },
};

function expectFunction(bench: Bench, method: (typeof optional)[number] | 'dump' | 'restore', required: boolean): void {
  const value = bench.subject.hook[method];
  if (typeof value === 'function' || (value === undefined && !required)) return;
  throw bench.error(`\`${method}\` is ${typeof value}`, required ? 'a function' : 'a function, or nothing at all');
}

/** It is asked about dumps of every kind of tool, and about what is no dump. */
function expectRecognition(bench: Bench): void {
  const { hook } = bench.subject;
  for (const head of [Buffer.alloc(0), Buffer.from([0, 0xff, 0xfe, 0x80]), Buffer.from('no dump of anything\n')]) {
    let meta: unknown;
    try {
      meta = hook.recognise?.(head, []);
    } catch (error) {
      const what = `\`recognise\` threw at ${head.length} bytes that are no dump: ${(error as Error).message}`;
      throw bench.error(what, 'undefined', error);
    }
    if (meta === undefined) continue;
    throw bench.error(
      `\`recognise\` takes ${JSON.stringify(head.toString('latin1'))} for a dump of its own`,
      'undefined for what it does not know',
    );
  }
}

function expectExplanation(bench: Bench): void {
  for (const stderr of ['', 'something that no client says']) {
    const explanation = bench.subject.hook.explain?.(stderr);
    if (explanation === undefined) continue;
    const isCode = explanation.code === undefined || errorCodes.includes(explanation.code);
    const what = `\`explain\` takes ${JSON.stringify(stderr)} for ${JSON.stringify(explanation)}`;
    throw bench.error(what, isCode ? 'undefined for what it does not know' : `a code of ${errorCodes.join(', ')}`);
  }
}
