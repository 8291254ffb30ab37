import { checkHooks } from './check-hooks.ts';
import type { ConfigOptions, EngineKeys } from './config.ts';
import { type Section, sections } from './core-keys.ts';
import { builtInEngines, enginesWith } from './engines.ts';
import { keysOf } from './file-schema.ts';
import { refusedAlways } from './ignored-keys.ts';
import { fromOutside, type JsonSchema, jsonSchemaOf } from './json-schema-value.ts';
import { knownHooks } from './known-hooks.ts';
import { type Place, rowsOutsideScope } from './outside-scope.ts';

type Hooks = ConfigOptions['hooks'];
type Keys = Readonly<Record<string, JsonSchema>>;

/**
 * The JSON Schema (draft 7) of a configuration file, flat and sectioned, with a description of every key: for an editor that
 * completes and checks the YAML. It takes every file that `loadConfig` takes, and refuses unknown keys, missing ones and
 * values of a wrong kind; what a schema cannot say, such as that no key is given twice, only `loadConfig` finds.
 *
 * @param options as for `loadConfig`
 * @returns plain data, fresh at every call
 * @throws BackupError `CONFIG_INVALID` where a hook or an engine is none
 */
export function configSchema({ hooks, repositories }: ConfigOptions): JsonSchema {
  checkHooks(hooks);
  const engines = enginesWith<EngineKeys>(builtInEngines, repositories);
  const inSections = sections.map((section) => [section, sectionKeys(section, hooks, engines)] as const);
  const ofSections: Keys = Object.assign({}, ...inSections.map(([, keys]) => keys));
  const definitions: Keys = { ...ofSections, ...outsideScope('top', hooks) };
  const nested = inSections.map(([section, keys]) => [section, sectionSchema(section, Object.keys(keys))] as const);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'dumpstream configuration',
    type: 'object',
    properties: { ...Object.fromEntries(nested), ...referTo(Object.keys(definitions)) },
    additionalProperties: false,
    anyOf: [
      { required: ['repositories'] },
      { required: ['location'], properties: { location: { type: 'object', required: ['repositories'] } } },
    ],
    definitions: { ...definitions, [fromOutside]: reference },
  };
}

/** As `parseReferences` finds them. Without a description, which editors would show in place of the key's. */
const reference: JsonSchema = {
  $comment: '${NAME}, ${NAME:-default}, {credential file PATH} or {credential systemd NAME}',
  type: 'string',
  pattern: '\\$\\{[A-Za-z_]\\w*(?::?-[^}]*)?\\}|\\{credential\\s',
};

/** Every key that may stand in a section, those that have no effect as well. */
function sectionKeys(section: Section, hooks: Hooks, engines: readonly EngineKeys[]): Keys {
  const own = Object.entries(keysOf(section, hooks, engines)).map(([key, schema]) => {
    const besides = key === 'repositories' ? outsideScope('repositories', hooks) : {};
    return [key, jsonSchemaOf(schema, besides)] as const;
  });
  const foreign = section === 'hooks' ? withoutHook(hooks) : {};
  return { ...foreign, ...outsideScope(section, hooks), ...Object.fromEntries(own) };
}

function sectionSchema(section: Section, keys: readonly string[]): JsonSchema {
  return {
    description: `The keys of \`${section}\`, which may as well stand at the top of the file.`,
    anyOf: [{ type: 'object', properties: referTo(keys), additionalProperties: false }, { type: 'null' }],
  };
}

function referTo(keys: readonly string[]): Keys {
  return Object.fromEntries(keys.map((key) => [key, { $ref: `#/definitions/${key}` }]));
}

/** Keys of the reference. Editors strike out, and do not propose, what has a `deprecationMessage`. */
function outsideScope(place: Place, hooks: Hooks): Keys {
  const rows = rowsOutsideScope(place, hooks).map(({ key, what, refused }) => {
    const message = `${refused === undefined ? 'Has no effect' : 'Not supported'}: ${what}.`;
    return [key, unused(message, refused === refusedAlways)] as const;
  });
  return Object.fromEntries(rows);
}

/** Sections of our own packages whose hook was not passed. */
function withoutHook(hooks: Hooks): Keys {
  const missing = Object.entries(knownHooks).filter(([key]) => !hooks.some(({ name }) => name === key));
  return Object.fromEntries(missing.map(([key, { make }]) => [key, unused(`Needs the hook ${make}.`, true)]));
}

function unused(message: string, isRefused: boolean): JsonSchema {
  return { description: message, deprecationMessage: message, ...(isRefused ? { enum: [null, [], {}] } : {}) };
}
