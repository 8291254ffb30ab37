import { type TObject, type TProperties, type TSchema, Type } from 'typebox';
import type { DatabaseHook } from '../hook.ts';
import type { EngineKeys } from './config.ts';
import { coreKeys, type Section, sections } from './core-keys.ts';
import { builtInEngines } from './engines.ts';
import { repositoriesSchema } from './repository-schema.ts';
import { restoreKeys } from './restore-keys.ts';
import { view } from './schema-view.ts';

/**
 * The schema of a whole configuration, flat and sectioned: core's keys and the entries of hooks and engines. What no schema says
 * well (`repositories` given, and nothing given twice) is checked beside it.
 */
export function fileSchema(hooks: readonly DatabaseHook[], engines: readonly EngineKeys[] = builtInEngines): TObject {
  const bySection = Object.fromEntries(sections.map((section) => [section, optional(keysOf(section, hooks, engines))]));
  const nested = Object.entries(bySection).map(([section, keys]) => [section, nullable(closed(keys))] as const);
  return closed(Object.assign({}, optional(Object.fromEntries(nested)), ...Object.values(bySection)));
}

/** Every key that may stand in a section. */
export function keysOf(
  section: Section,
  hooks: readonly DatabaseHook[],
  engines: readonly EngineKeys[] = builtInEngines,
): Record<string, TSchema> {
  if (section === 'location') return { ...coreKeys.location, repositories: repositoriesSchema(engines) };
  if (section !== 'hooks') return coreKeys[section];
  const lists = hooks.map((hook) => [hook.name, nullable(Type.Array(entrySchema(hook)), sectionWords(hook))] as const);
  return { ...coreKeys.hooks, ...Object.fromEntries(lists) };
}

function sectionWords({ entry }: DatabaseHook): { description: string } {
  return { description: view(entry).description ?? 'What is backed up: an entry for each.' };
}

/** A hook's entry with what core adds to every one: `name`, `label`, `restore_*`, and no key that is not known. */
export function entrySchema(hook: DatabaseHook): TObject {
  const { name, ...others } = hook.entry.properties as TProperties;
  const properties = {
    name: name ?? Type.String({ minLength: 1, description: 'Name of the database.' }),
    ...others,
    label: Type.Optional(
      Type.String({ minLength: 1, description: 'Names the place in the archive, in place of host and port.' }),
    ),
    ...restoreKeys(others),
  };
  const required = [...new Set(['name', ...((hook.entry.required as readonly string[] | undefined) ?? [])])];
  // By descriptors, since typebox keeps what is not JSON Schema in properties that a spread would leave behind.
  const entry: object = Object.defineProperties({}, Object.getOwnPropertyDescriptors(hook.entry));
  return Object.assign(entry, { properties, required, additionalProperties: false }) as unknown as TObject;
}

function closed(properties: TProperties): TObject {
  return Type.Object(properties, { additionalProperties: false });
}

function optional(properties: Readonly<Record<string, TSchema>>): TProperties {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)]));
}

/** A section that is empty in YAML is null. */
function nullable(schema: TSchema, words: { readonly description?: string } = {}): TSchema {
  return Type.Union([schema, Type.Null()], words);
}
