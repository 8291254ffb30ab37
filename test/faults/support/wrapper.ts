import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { program } from '../../../scripts/servers/programs.mjs';

export interface Wrapper {
  /** What stands in for the program. */
  readonly program: string;
  /** Each has to be among the arguments, as a part of one; all other calls go straight through. */
  readonly when: readonly string[];
  /** Shell text: `"$real" "$@"` is the real thing, `$dir` a directory of the wrapper's own. */
  readonly body: string;
}

/** A program of the same name, which is to be first on `PATH`. */
export function writeWrapper(bin: string, { program: name, when, body }: Wrapper): string {
  const dir = join(bin, `${name}.d`);
  mkdirSync(dir, { recursive: true });
  const file = join(bin, name);
  const text = `#!/bin/sh
real='${program(name)}'
dir='${dir}'
${when.map((part) => `case " $* " in *'${part}'*) ;; *) exec "$real" "$@" ;; esac`).join('\n')}
# The first of those calls, for who tries again has another chance.
mkdir "$dir/struck" 2>/dev/null || exec "$real" "$@"
${body}
`;
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return dir;
}

/** Bytes that have gone through when a program is half-way. */
export const half = 1_000_000;

/** Shell text: says that it is half-way, and waits until it may go on. */
export const gate = ': > "$dir/half-way"; until [ -e "$dir/go-on" ]; do sleep 0.05; done';

/** Does something once a wrapper has come to its {@link gate}, and opens it. */
export async function atGate(dir: string, over: AbortSignal, action: () => unknown): Promise<void> {
  while (!existsSync(join(dir, 'half-way'))) {
    if (over.aborted) return;
    await wait(20);
  }
  try {
    await action();
  } finally {
    writeFileSync(join(dir, 'go-on'), '');
  }
}
