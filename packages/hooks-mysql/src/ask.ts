import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { Program } from './programs.ts';
import { parseRows } from './rows.ts';
import { runOnce } from './run-once.ts';

/** SQL for a server, and what its rows say. None of them is the separator alone. */
export interface Question<T> {
  readonly sql: string;
  readonly read: (rows: readonly (readonly string[])[]) => T;
}

type Questions = readonly Question<unknown>[];
type Answers<Q extends Questions> = { -readonly [K in keyof Q]: Q[K] extends Question<infer T> ? T : never };

const separator = '//dumpstream//';

/** Puts several questions in one session: each client that is started costs more than all that it asks. */
export async function ask<const Q extends Questions>(
  client: Program,
  entry: Entry,
  context: HookContext,
  ...questions: Q
): Promise<Answers<Q>> {
  return read(questions, await context.run(query(client, entry, sqlOf(questions))));
}

/** The same for what is so for all databases that an account sees, and is asked once in a call. */
export async function askOnce<const Q extends Questions>(
  client: Program,
  entry: Entry,
  context: HookContext,
  ...questions: Q
): Promise<Answers<Q>> {
  return read(questions, await runOnce(query(client, entry, sqlOf(questions)), context));
}

/** SQL of all of them. */
export function sqlOf(questions: Questions): string {
  return questions.map(({ sql }) => sql).join(`SELECT '${separator}';\n`);
}

/** What a client printed when it was given their SQL. */
export function read<const Q extends Questions>(questions: Q, output: string): Answers<Q> {
  const rows = rowsOf(output);
  return questions.map((question, at) => question.read(rows[at] ?? [])) as Answers<Q>;
}

/** The rows of each. */
export function rowsOf(output: string): readonly (readonly (readonly string[])[])[] {
  const rows: string[][][] = [[]];
  for (const row of parseRows(output)) {
    if (row.length === 1 && row[0] === separator) rows.push([]);
    else rows.at(-1)?.push(row);
  }
  return rows;
}
