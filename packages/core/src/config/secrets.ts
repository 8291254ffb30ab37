import { type TSchema, Type } from 'typebox';
import type { DatabaseHook } from '../hook.ts';
import type { Config, EngineKeys, RepositorySettings, Settings } from './config.ts';
import { settingKeys } from './core-keys.ts';
import { builtInEngines, engineOf } from './engines.ts';
import { entrySchema } from './file-schema.ts';
import { isMapping } from './plain-copy.ts';
import { repositorySchema } from './repository-schema.ts';
import { isSecret, itemSchema, view } from './schema-view.ts';

const settingsSchema = Type.Object({ ...settingKeys });

/** Every secret value of a configuration that can be looked for in a text, each once; never the empty string. */
export function secretsOf(config: Config): string[] {
  const settings = secretsIn(settingsSchema, config.settings);
  const databases = config.databases.flatMap(({ hook, entry }) => entrySecrets(hook, entry));
  const engines: readonly EngineKeys[] = [...builtInEngines, ...(config.providers ?? [])];
  const repositories = config.repositories.flatMap((entry) =>
    secretsIn(repositorySchema(engineOf(entry, engines)), entry),
  );
  return [...new Set([...settings, ...repositories, ...databases, ...(credentials.get(config) ?? [])])];
}

/** Has values that were read as credentials counted as secrets of a configuration, whatever key they stand in. */
export function keepCredentials(config: Config, values: readonly string[]): void {
  credentials.set(config, values);
}

const credentials = new WeakMap<Config, readonly string[]>();

/** The secret values of one entry of a hook, such as a job's; never the empty string. */
export function entrySecrets(hook: DatabaseHook, entry: unknown): string[] {
  return secretsIn(entrySchema(hook), entry);
}

export function redactedSettings(settings: Settings, values: readonly string[]): unknown {
  return withoutValues(replaceSecrets(settingsSchema, settings, redact), values);
}

export function redactedRepository(engine: EngineKeys, entry: RepositorySettings, values: readonly string[]): unknown {
  return withoutValues(replaceSecrets(repositorySchema(engine), entry, redact), values);
}

export function redactedEntry(hook: DatabaseHook, entry: unknown, values: readonly string[]): unknown {
  return withoutValues(replaceSecrets(entrySchema(hook), entry, redact), values);
}

/** A copy in which single values that hold one of these are replaced. */
export function withoutValues(value: unknown, values: readonly string[]): unknown {
  if (values.length === 0) return value;
  if (Array.isArray(value)) return value.map((item) => withoutValues(item, values));
  if (isMapping(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutValues(item, values)]));
  return values.some((each) => String(value).includes(each)) ? redact() : value;
}

function redact(): string {
  return '[redacted]';
}

function secretsIn(schema: TSchema, value: unknown): string[] {
  const secrets: unknown[] = [];
  replaceSecrets(schema, value, (secret) => secrets.push(...leaves(secret)));
  return secrets.map(String).filter((secret) => secret !== '');
}

/** A copy in which every value that the schema marks `writeOnly` is replaced. */
function replaceSecrets(schema: TSchema, value: unknown, replace: (secret: unknown) => unknown): unknown {
  if (isSecret(schema)) return replace(value);
  const { properties = {}, anyOf = [] } = view(schema);
  const result = anyOf.reduce<unknown>((branched, branch) => replaceSecrets(branch, branched, replace), value);
  const items = itemSchema(schema);
  if (Array.isArray(result)) return items ? result.map((item) => replaceSecrets(items, item, replace)) : result;
  if (!isMapping(result)) return result;
  return Object.fromEntries(
    Object.entries(result).map(([key, item]) => {
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      return [key, property === undefined ? item : replaceSecrets(property, item, replace)];
    }),
  );
}

/** Single values at any depth. */
function leaves(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isMapping(value) ? Object.values(value).flatMap(leaves) : [value];
}
