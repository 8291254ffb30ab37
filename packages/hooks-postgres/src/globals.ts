import { type Statement, statementsIn } from './statements.ts';

/** A tablespace that is to be made, and what is to be done with it then. */
export interface Tablespace {
  /** As SQL writes it. */
  readonly name: string;
  readonly create: string;
  readonly more: readonly string[];
}

/** What a server lacks of a dump of globals. */
export interface Plan {
  readonly roles: readonly string[];
  readonly tablespaces: readonly Tablespace[];
  /** Roles and tablespaces that are there and differ; names as SQL writes them. */
  readonly kept: readonly string[];
}

/**
 * What is to be done that a server has all roles, memberships and tablespaces of a dump. Nothing that is there is
 * changed: a role keeps its password, attributes and settings, and so nobody is locked out, least of all the account
 * that restores. Memberships are added.
 * @param archived what pg_dumpall wrote then
 * @param present what it writes now
 * @throws Error when one of them is cut
 */
export function planGlobals(archived: string, present: string): Plan {
  const comparable = hasPasswords.test(archived) && hasPasswords.test(present) ? asItIs : withoutPassword;
  const now = unitsOf(present);
  const has = new Set(now.map(({ text }) => comparable(text)));
  const created = now.filter(({ words }) => words[0] === 'CREATE');
  const roles = new Set(created.map(roleOf));
  const tablespaces = new Set(created.map(tablespaceOf));
  const memberships = new Set(now.map(membershipOf));

  const missing: string[] = [];
  const made = new Map<string, { create: string; more: string[] }>();
  const kept = new Set<string>();
  for (const unit of unitsOf(archived)) {
    const { text, words } = unit;
    const isThere = has.has(comparable(text));
    const role = roleOf(unit);
    const tablespace = tablespaceOf(unit);
    const membership = membershipOf(unit);
    if (role !== undefined) {
      if (!roles.has(role)) missing.push(withoutDefaults(text, role));
      else if (!isThere) kept.add(`role ${role}`);
    } else if (tablespace !== undefined) {
      if (tablespaces.has(tablespace)) {
        if (!isThere) kept.add(`tablespace ${tablespace}`);
      } else if (words[0] === 'CREATE') {
        made.set(tablespace, { create: text, more: [] });
      } else {
        made.get(tablespace)?.more.push(text);
      }
    } else if (!isThere && (membership === undefined || !memberships.has(membership))) {
      missing.push(text);
    }
  }
  return { roles: missing, tablespaces: [...made].map(([name, rest]) => ({ name, ...rest })), kept: [...kept] };
}

const hasPasswords = /^ALTER ROLE .* PASSWORD '/m;
const asItIs = (text: string) => text;
const withoutPassword = (text: string) =>
  text.startsWith('ALTER ROLE') ? text.replace(/ PASSWORD '(?:[^']|'')*'/, '') : text;

/** What a role has without being told, and what only a superuser may say all the same. */
function withoutDefaults(text: string, role: string): string {
  const begin = `ALTER ROLE ${role} WITH`;
  if (!text.startsWith(begin)) return text;
  return begin + text.slice(begin.length).replaceAll(/ NO(?:SUPERUSER|REPLICATION|BYPASSRLS)(?= |$)/g, '');
}

/** Statements that mean something to a server: what is done in another's name is one with the change of names. */
function unitsOf(script: string): Statement[] {
  const units: Statement[] = [];
  let inName: Statement[] = [];
  for (const statement of statementsIn(script)) {
    const [first, second, third] = statement.words;
    if (inName.length > 0 || (first === 'SET' && second === 'SESSION' && third === 'AUTHORIZATION')) {
      inName.push(statement);
      if (first !== 'RESET') continue;
      units.push({ text: inName.map(({ text }) => text).join(';\n'), words: inName.flatMap(({ words }) => words) });
      inName = [];
    } else if (first !== 'SET' && first !== 'SELECT' && !isOfDatabase(statement)) {
      units.push(statement);
    }
  }
  return units;
}

/** Old versions of pg_dumpall write down here what a role is set to in a database; a database's own dump has it. */
function isOfDatabase({ words }: Statement): boolean {
  return words[0] === 'ALTER' && words[3] === 'IN' && words[4] === 'DATABASE';
}

const aboutRoles = new Set(['CREATE', 'ALTER', 'COMMENT', 'SECURITY']);

function roleOf({ words }: Statement): string | undefined {
  const [first = ''] = words;
  return aboutRoles.has(first) ? following(words, 'ROLE') : undefined;
}

function tablespaceOf({ words }: Statement): string | undefined {
  return following(words, 'TABLESPACE');
}

function membershipOf({ words }: Statement): string | undefined {
  return words[0] === 'GRANT' && words[2] === 'TO' ? `${words[1]} ${words[3]}` : undefined;
}

function following(words: readonly string[], word: string): string | undefined {
  const at = words.indexOf(word);
  return at === -1 ? undefined : words[at + 1];
}
