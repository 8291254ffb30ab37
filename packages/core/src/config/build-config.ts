import type { DatabaseHook } from '../hook.ts';
import { checkDatabases, type Entry } from './check-databases.ts';
import { checkRepositories } from './check-repositories.ts';
import type { Config, ConfiguredDatabase, RepositorySettings, Settings } from './config.ts';
import { coreKeys, settingKeys } from './core-keys.ts';
import { fileSchema } from './file-schema.ts';
import { type Given, type GivenKeys, givenKeys, givenTwice } from './given.ts';
import { guarded } from './guarded.ts';
import { startsWith } from './key-path.ts';
import { isMapping, own, plainCopy } from './plain-copy.ts';
import { invalidConfig, type Problem, type Source } from './problem.ts';
import { redactedEntry, redactedSettings } from './secrets.ts';
import { explainUnknownKey } from './unknown-key.ts';
import { validate } from './validate.ts';
import { expected } from './words.ts';

export interface Raw {
  readonly value: unknown;
  readonly source: Source;
  /** What was found before, to be reported together with the rest. */
  readonly problems: readonly Problem[];
  readonly file?: { readonly path: string; readonly text: string };
}

/**
 * From any value to a valid configuration: fresh, deeply frozen, and without its secrets where it is printed.
 * @throws BackupError `CONFIG_INVALID` or `HOOK_MISSING`, with every problem
 */
export function buildConfig({ value, source, problems: before, file }: Raw, hooks: readonly DatabaseHook[]): Config {
  const problems = [...before];
  const raw = plainCopy(value, problems);
  if (problems.length > before.length) throw invalidConfig(problems, source);
  problems.push(...validate(fileSchema(hooks), raw, explainUnknownKey(hooks)));
  const given = givenKeys(raw, hooks);
  problems.push(...missingRepositories(raw), ...givenTwice(given, source));
  const isValid = ({ path }: Given) => !problems.some((problem) => startsWith(problem.path, path));
  const entries = entriesOf(given, hooks).filter(isValid);
  const repositories = (given.get('repositories') ?? []).filter(isValid);
  problems.push(...checkDatabases(entries, source));
  problems.push(
    ...repositories.flatMap(({ value: list, path }) => checkRepositories(repositoriesOf(list), path, source)),
  );
  if (problems.length > 0) throw invalidConfig(problems, source);

  const config: Config = {
    repositories: Object.freeze(repositories.flatMap(({ value: list }) => repositoriesOf(list))),
    settings: settingsOf(given),
    databases: Object.freeze(entries.map(databaseOf)),
    hooks: Object.freeze([...hooks]),
    ...(file === undefined ? {} : { file: guarded({ ...file }, () => ({ path: file.path })) }),
  };
  return guarded(config, () => shown(config));
}

/** By section rather than by the schema, which cannot say that a key is needed in one of two places. */
function missingRepositories(raw: unknown): Problem[] {
  if (!isMapping(raw)) return [];
  const { location } = raw;
  const isThere = [raw, location].some((mapping) => isMapping(mapping) && own(mapping, 'repositories') !== undefined);
  return isThere ? [] : [{ path: ['repositories'], what: `is required: ${expected(coreKeys.location.repositories)}` }];
}

function entriesOf(given: GivenKeys, hooks: readonly DatabaseHook[]): Entry[] {
  return hooks.flatMap((hook) =>
    (given.get(hook.name) ?? []).flatMap(({ value, path }) => {
      if (!Array.isArray(value)) return [];
      return value.map((item, index) => ({ hook, value: item as Entry['value'], path: [...path, index] }));
    }),
  );
}

/** Of a list that is valid. */
function repositoriesOf(list: unknown): RepositorySettings[] {
  return (list as (string | RepositorySettings)[]).map((item) =>
    Object.freeze(typeof item === 'string' ? { path: item } : item),
  );
}

function settingsOf(given: GivenKeys): Settings {
  const pairs = Object.keys(settingKeys).flatMap((key) => (given.get(key) ?? []).map(({ value }) => [key, value]));
  const settings: Settings = Object.fromEntries(pairs);
  return guarded(settings, () => redactedSettings(settings));
}

function databaseOf({ hook, value }: Entry): ConfiguredDatabase {
  const entry = { ...value };
  return Object.freeze({ hook, entry: guarded(entry, () => redactedEntry(hook, entry)) });
}

/** Hooks by name: their schemas and functions would only hide the rest. */
function shown({ databases, hooks, ...rest }: Config): object {
  return {
    ...rest,
    databases: databases.map(({ hook, entry }) => ({ hook: hook.name, entry })),
    hooks: hooks.map(({ name }) => name),
  };
}
