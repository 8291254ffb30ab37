import { type TSchema, Type } from 'typebox';
import type { DatabaseHook } from '../hook.ts';
import type { Config, Settings } from './config.ts';
import { settingKeys } from './core-keys.ts';
import { isMapping } from './plain-copy.ts';
import { isSecret, itemSchema, view } from './schema-view.ts';

const settingsSchema = Type.Object({ ...settingKeys });

/** Every secret value of a configuration that can be looked for in a text, each once; never the empty string. */
export function secretsOf(config: Config): string[] {
  const settings = secretsIn(settingsSchema, config.settings);
  return [...new Set([...settings, ...config.databases.flatMap(({ hook, entry }) => entrySecrets(hook, entry))])];
}

/** The secret values of one entry of a hook, such as a job's; never the empty string. */
export function entrySecrets(hook: DatabaseHook, entry: unknown): string[] {
  return secretsIn(hook.entry, entry);
}

export function redactedSettings(settings: Settings): unknown {
  return replaceSecrets(settingsSchema, settings, redact);
}

export function redactedEntry(hook: DatabaseHook, entry: unknown): unknown {
  return replaceSecrets(hook.entry, entry, redact);
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
