import type { HookContext } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import { type Facts, namesOf } from './facts.ts';
import type { Program } from './programs.ts';
import { replaceNames } from './relocate-view.ts';
import { parseRows } from './rows.ts';
import { identifier, isNamed } from './sql.ts';

/** A column that takes its default from a sequence. MariaDB writes down the sequence's database, in the dump too. */
interface SequenceDefault {
  readonly table: string;
  readonly column: string;
  readonly expression: string;
}

async function readDefaults(client: Program, entry: Entry, database: string, context: HookContext) {
  const sql = `SELECT table_name, column_name, column_default FROM information_schema.columns
    WHERE ${isNamed('table_schema', entry.name)} AND column_default LIKE '%val(%';\n`;
  const rows = parseRows(await context.run(query(client, entry, sql)));
  return rows
    .map(([table = '', column = '', expression = '']): SequenceDefault => ({ table, column, expression }))
    .filter(({ expression }) => expression.includes(`${identifier(database)}.`));
}

/** Whether tables of a database name it in such a default. */
export async function namesSequences(
  client: Program,
  entry: Entry,
  facts: Facts,
  context: HookContext,
): Promise<boolean> {
  if (namesOf(facts, 'SEQUENCE').length === 0) return false;
  return (await readDefaults(client, entry, entry.name, context)).length > 0;
}

/**
 * SQL that has the tables of a restored database take their numbers from its own sequences, not from those of the database it was.
 * @param source the database that the dump was made of
 * @param loaded the one where its tables are now
 */
export async function retargetedDefaults(
  client: Program,
  entry: Entry,
  source: string,
  loaded: string,
  context: HookContext,
): Promise<string> {
  if (source === entry.name) return '';
  const [from, to] = [identifier(source), identifier(entry.name)];
  const defaults = await readDefaults(client, { ...entry, name: loaded }, source, context);
  const statements = defaults.map(({ table, column, expression }) => {
    const relocated = replaceNames(expression, ([first = '', ...rest]) => [first === from ? to : first, ...rest]);
    return `ALTER TABLE ${to}.${identifier(table)} ALTER COLUMN ${identifier(column)} SET DEFAULT (${relocated});\n`;
  });
  return statements.join('');
}
