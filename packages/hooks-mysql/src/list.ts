import type { HookContext, Item } from '@dumpstream/core';
import { query } from './commands.ts';
import type { Entry } from './entry.ts';
import type { FamilyName } from './families.ts';
import { findClient } from './programs.ts';
import { mayAnything } from './rights.ts';
import { parseRows } from './rows.ts';
import { isScratch } from './scratch.ts';
import { readSurroundings } from './surroundings.ts';

/** Every database of a server but its own, and before them what belongs to none: accounts, roles and grants. */
export async function list(family: FamilyName, entry: Entry, context: HookContext): Promise<readonly Item[]> {
  const client = await findClient(family, entry, 'backup', context);
  const { rights } = await readSurroundings(client, entry, context);
  const skipped = (entry.skip_names ?? []).map(patternOf);
  const names = parseRows(await context.run(query(client, entry, sql)))
    .map(([name = '']) => name)
    .filter((name) => !systemDatabases.has(name.toLowerCase()) && !isScratch(name))
    .filter((name) => !skipped.some((pattern) => pattern.test(name)));
  // A directory among those of the server that is no database, `lost+found` for one, shows as one with this prefix.
  const readable = names.filter((name) => !name.startsWith('#mysql50#') && mayAnything(rights, name));
  const unreadable = names.filter((name) => !readable.includes(name));
  if (unreadable.length > 0) {
    context.warn(`${rights.account} may not read these databases, and they are left out: ${unreadable.join(', ')}`);
  }
  return [{ name: entry.name, kind: 'globals' }, ...readable.map((name) => ({ name, kind: 'database' as const }))];
}

const sql = 'SELECT schema_name FROM information_schema.schemata ORDER BY schema_name;\n';

/** They come with a server, and belong to its version. */
export const systemDatabases = new Set(['information_schema', 'mysql', 'ndbinfo', 'performance_schema', 'sys']);

/** `*` stands for any characters. */
function patternOf(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
