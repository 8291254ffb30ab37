import { BackupError, type Command, type HookContext } from '@dumpstream/core';
import { dumpPrograms, dumpViews, text } from './commands.ts';
import { dumpOptions, wants } from './dump-options.ts';
import type { Entry } from './entry.ts';
import { type Facts, namesOf } from './facts.ts';
import type { FamilyName } from './families.ts';
import { findDumper, type Program } from './programs.ts';
import { relocate } from './relocate.ts';
import { identifier } from './sql.ts';

/** The second part of a dump: what is not data, and can refer to the data. */
export interface Definitions {
  readonly commands: readonly Command[];
  /** Undefined where it cannot be read as text. */
  readonly text?: string;
}

const title = '-- Views, triggers, routines and events\n';

/** Reads a database's views, triggers, routines and events, in a form that can be loaded into a database of any name. */
export async function readDefinitions(
  dumper: Program,
  entry: Entry,
  facts: Facts,
  context: HookContext,
  passedOver: readonly string[] = [],
): Promise<Definitions> {
  const ignored = new Set([...ignoredBy(entry), ...passedOver]);
  const allViews = namesOf(facts, 'VIEW');
  const views = allViews.filter((view) => !ignored.has(view));
  const hasPrograms =
    (facts.triggers.length > 0 && wants(entry, 'triggers')) ||
    (facts.routines.length > 0 && wants(entry, 'routines')) ||
    (facts.events.length > 0 && wants(entry, 'events'));
  const commands = [
    ...(hasPrograms ? [dumpPrograms(dumper, entry, allViews)] : []),
    // Last, since they can call routines.
    ...(views.length > 0 ? [dumpViews(dumper, entry, views)] : []),
  ];
  const parts: string[] = [];
  for (const command of commands) parts.push(await context.run(command));
  // Bytes of another character set, such as a trigger has that was made through a connection in latin1, do not survive as a
  // string: then it is kept as the dump program writes it.
  if (parts.some((part) => part.includes('\ufffd'))) return { commands };
  const definitions = parts.map((part) => relocate(part, entry.name)).join('');
  if (definitions === '') return { commands: [], text: '' };
  const input = `${title}${definitions}`;
  return { commands: [text(input)], text: input };
}

/**
 * Reads all views, triggers, routines and events of a database, whatever the entry leaves out of dumps.
 * @throws BackupError `RESTORE_FAILED` where they cannot be kept as text
 */
export async function movableDefinitions(
  family: FamilyName,
  { options: _, routines: _r, events: _e, ...entry }: Entry,
  facts: Facts,
  context: HookContext,
): Promise<string> {
  const none =
    facts.triggers.length + facts.routines.length + facts.events.length + namesOf(facts, 'VIEW').length === 0;
  if (none) return '';
  const dumper = await findDumper(family, entry, context);
  const text = await readWhole(dumper, entry, facts, context);
  if (text !== undefined) return text;
  throw new BackupError(
    'RESTORE_FAILED',
    `a view, trigger, routine or event has text in another character set than UTF-8`,
    {
      hint: 'it cannot be moved: restore the database with the strategy `in-place`',
    },
  );
}

/** A view whose tables are gone is passed over: nobody could make it as it is. */
async function readWhole(
  dumper: Program,
  entry: Entry,
  facts: Facts,
  context: HookContext,
  passedOver: readonly string[] = [],
): Promise<string | undefined> {
  try {
    return (await readDefinitions(dumper, entry, facts, context, passedOver)).text;
  } catch (error) {
    const quoted = /\(1356\)/.test(`${error}`) ? /fields from `((?:[^`]|``)+)`/i.exec(`${error}`)?.[1] : undefined;
    const broken = namesOf(facts, 'VIEW').find((name) => identifier(name) === `\`${quoted}\``);
    if (broken === undefined || passedOver.includes(broken)) throw error;
    return readWhole(dumper, entry, facts, context, [...passedOver, broken]);
  }
}

/** What the entry's options leave out: a view that is named on its own would be dumped all the same. */
function ignoredBy(entry: Entry): Set<string> {
  const option = '--ignore-table';
  const words = dumpOptions(entry);
  const values = words.map((word, at) =>
    word.startsWith(`${option}=`) ? word.slice(option.length + 1) : words[at - 1] === option ? word : '',
  );
  const prefix = `${entry.name}.`;
  return new Set(values.filter((value) => value.startsWith(prefix)).map((value) => value.slice(prefix.length)));
}
