import type { HookContext } from '@dumpstream/core';
import { ask, type Question } from './ask.ts';
import type { Entry } from './entry.ts';
import type { FamilyName } from './families.ts';
import type { Program } from './programs.ts';
import { isNamed } from './sql.ts';

export interface Server {
  readonly family: FamilyName;
  readonly version: string;
  readonly galera: boolean;
  /** Whether names of databases and tables differ by more than upper and lower case. */
  readonly caseSensitive: boolean;
  /** Whether events are run when their time has come. */
  readonly runsEvents: boolean;
}

/** A server, and what an entry's database holds. */
export interface Facts extends Contents {
  readonly server: Server;
}

export interface Contents {
  /** Undefined where there is none of this name, or none that the account may see. */
  readonly database?: { readonly characterSet: string; readonly collation: string };
  readonly tables: readonly TableFacts[];
  /** `readable`: whether the account may see its body. */
  readonly routines: readonly { readonly type: string; readonly name: string; readonly readable: boolean }[];
  readonly events: readonly string[];
  readonly triggers: readonly string[];
}

/** A table, or what the server lists beside them. */
export interface TableFacts {
  readonly name: string;
  /** `BASE TABLE`, `SYSTEM VERSIONED`, `SEQUENCE`, `VIEW` … */
  readonly type: string;
  readonly engine: string;
  /** Whether reads of its engine are of one moment. */
  readonly transactional: boolean;
  readonly bytes: number;
}

export async function readFacts(client: Program, entry: Entry, context: HookContext): Promise<Facts> {
  const [facts] = await ask(client, entry, context, factsOf(entry.name));
  return facts;
}

export const serverQuestion: Question<Server> = {
  sql: `SELECT 'server', VERSION(), @@lower_case_table_names = 0, @@event_scheduler = 'ON';
SHOW GLOBAL VARIABLES LIKE 'wsrep_on';
`,
  read: (rows) => {
    const [version = '', caseSensitive, runsEvents] = about(rows, 'server')[0] ?? [];
    return {
      family: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
      version,
      galera: about(rows, 'wsrep_on')[0]?.[0] === 'ON',
      caseSensitive: caseSensitive === '1',
      runsEvents: runsEvents === '1',
    };
  },
};

export function factsOf(database: string): Question<Facts> {
  const { sql, read } = contentsOf(database);
  return {
    sql: `${serverQuestion.sql}${sql}`,
    read: (rows) => ({ server: serverQuestion.read(rows), ...read(rows) }),
  };
}

/** The same without the server. */
export function contentsOf(database: string): Question<Contents> {
  return { sql: contentsSql(database), read: parseContents };
}

/** Each row begins with what it is about. */
function contentsSql(database: string): string {
  return `SELECT 'database', default_character_set_name, default_collation_name FROM information_schema.schemata
  WHERE ${isNamed('schema_name', database)};
SELECT 'table', t.table_name, t.table_type, COALESCE(t.engine, ''), COALESCE(e.transactions, ''), COALESCE(t.data_length, 0)
  FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
  WHERE ${isNamed('t.table_schema', database)} ORDER BY t.table_name;
SELECT 'routine', routine_type, routine_name, routine_definition IS NOT NULL FROM information_schema.routines
  WHERE ${isNamed('routine_schema', database)} ORDER BY routine_name;
SELECT 'event', event_name FROM information_schema.events WHERE ${isNamed('event_schema', database)} ORDER BY event_name;
SELECT 'trigger', trigger_name FROM information_schema.triggers WHERE ${isNamed('event_object_schema', database)}
  ORDER BY trigger_name;
`;
}

type Rows = readonly (readonly string[])[];

function about(rows: Rows, what: string): string[][] {
  return rows.filter(([first]) => first === what).map(([, ...rest]) => rest);
}

function parseContents(rows: Rows): Contents {
  const [characterSet = '', collation = ''] = about(rows, 'database')[0] ?? [];
  return {
    ...(characterSet === '' ? {} : { database: { characterSet, collation } }),
    tables: about(rows, 'table').map(([name = '', type = '', engine = '', transactions = '', bytes = '0']) => ({
      name,
      type,
      engine,
      transactional: transactions === 'YES',
      bytes: Number(bytes),
    })),
    routines: about(rows, 'routine').map(([type = '', name = '', readable]) => ({
      type,
      name,
      readable: readable === '1',
    })),
    events: about(rows, 'event').map(([name = '']) => name),
    triggers: about(rows, 'trigger').map(([name = '']) => name),
  };
}

export function namesOf({ tables }: Facts, type: string): string[] {
  return tables.filter((table) => table.type === type).map(({ name }) => name);
}
