import type { DatabaseHook } from '../hook.ts';
import { checkDatabases, type Entry } from './check-databases.ts';
import { checkRepositories, ignoredSettings } from './check-repositories.ts';
import type { Config, ConfigOptions, ConfiguredDatabase, EngineKeys, RepositorySettings, Settings } from './config.ts';
import { coreKeys, settingKeys } from './core-keys.ts';
import { builtInEngines, engineOf, enginesWith } from './engines.ts';
import { fileSchema } from './file-schema.ts';
import { type Given, type GivenKeys, givenKeys, givenTwice } from './given.ts';
import { guarded } from './guarded.ts';
import type { Interpolated } from './interpolate.ts';
import { isSamePath, PathSet, startsWith } from './key-path.ts';
import { ignoredIn } from './outside-scope.ts';
import { isMapping, own, plainCopy } from './plain-copy.ts';
import { type Ignored, ignoredLines, invalidConfig, type Problem, type Source } from './problem.ts';
import { keepCredentials, redactedEntry, redactedRepository, redactedSettings, withoutValues } from './secrets.ts';
import { explainUnknownKey } from './unknown-key.ts';
import { validate } from './validate.ts';
import { expected } from './words.ts';

export interface Raw {
  /** As {@link plain} gives it. */
  readonly value: unknown;
  readonly source: Source;
  /** What was found before, to be reported together with the rest. */
  readonly problems: readonly Problem[];
  readonly file?: { readonly path: string; readonly text: string };
  /** Where values came from outside of it, and which of them are credentials. */
  readonly interpolated?: Pick<Interpolated, 'outside' | 'credentials'>;
}

/**
 * What was given as mappings, lists and single values, frozen, whatever it was.
 * @throws BackupError `CONFIG_INVALID` where it is something else in places
 */
export function plain(value: unknown, source: Source, problemsBefore: readonly Problem[] = []): unknown {
  const problems = [...problemsBefore];
  const copy = plainCopy(value, problems);
  if (problems.length > problemsBefore.length) throw invalidConfig(problems, source);
  return copy;
}

/**
 * From any value to a valid configuration: fresh, deeply frozen, and without its secrets where it is printed.
 * @throws BackupError `CONFIG_INVALID` or `HOOK_MISSING`, with every problem
 */
export function buildConfig(raw: Raw, { hooks, repositories: providers }: ConfigOptions): Config {
  const { value, source, file, interpolated: { outside, credentials } = nothingInterpolated } = raw;
  const engines = enginesWith<EngineKeys>(builtInEngines, providers);
  const problems = [...raw.problems];
  const found = validate(fileSchema(hooks, engines), value, explainUnknownKey(hooks), (path) => outside.has(path));
  // A value that could not be had has its problem, and fits no key.
  problems.push(...found.filter(({ path }) => !raw.problems.some((before) => isSamePath(before.path, path))));
  const given = givenKeys(value, hooks);
  problems.push(...missingRepositories(value), ...givenTwice(given, source));
  const isValid = ({ path }: Given) => !problems.some((problem) => startsWith(problem.path, path));
  const entries = entriesOf(given, hooks).filter(isValid);
  const lists = (given.get('repositories') ?? []).filter(isValid);
  const settings = settingsOf(given, credentials, isValid);
  problems.push(...checkDatabases(entries, source, outside));
  problems.push(
    ...lists.flatMap(({ value: list, path }) =>
      checkRepositories(repositoriesOf(list, engines), path, source, engines, settings),
    ),
  );
  if (problems.length > 0) throw invalidConfig(problems, source);
  const repositories = lists.flatMap(({ value: list }) => repositoriesOf(list, engines, credentials));
  const ignored = [...ignoredPasscommand(given), ...ignoredSettings(repositories, engines, given)];

  const config: Config = {
    repositories: Object.freeze(repositories),
    settings,
    databases: Object.freeze(entries.map((entry) => databaseOf(entry, credentials))),
    hooks: Object.freeze([...hooks]),
    ...(providers === undefined ? {} : { providers: Object.freeze([...providers]) }),
    warnings: Object.freeze(ignoredLines([...ignoredIn(value, hooks), ...ignored], source)),
    ...(file === undefined ? {} : { file: guarded({ ...file }, () => ({ path: file.path })) }),
  };
  guarded(config, () => withoutValues(shown(config), credentials));
  keepCredentials(config, credentials);
  return config;
}

const nothingInterpolated = { outside: new PathSet(), credentials: [] };

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
function repositoriesOf(
  list: unknown,
  engines: readonly EngineKeys[],
  credentials: readonly string[] = [],
): RepositorySettings[] {
  return (list as (string | RepositorySettings)[]).map((item) => {
    const given = typeof item === 'string' ? { path: item } : item;
    const engine = engineOf(given, engines);
    const known = new Set(['path', 'label', 'engine', ...Object.keys(engine.entry?.properties ?? {})]);
    const entry = Object.fromEntries(Object.entries(given).filter(([key]) => known.has(key))) as typeof given;
    return guarded(entry, () => redactedRepository(engine, entry, credentials));
  });
}

function settingsOf(given: GivenKeys, credentials: readonly string[], isValid: (given: Given) => boolean): Settings {
  const pairs = Object.keys(settingKeys).flatMap((key) =>
    (given.get(key) ?? []).filter(isValid).map(({ value }) => [key, value]),
  );
  const unused = ignoredPasscommand(given).length > 0 ? ['encryption_passcommand'] : [];
  const settings: Settings = Object.fromEntries(pairs.filter(([key]) => !unused.includes(key as string)));
  return guarded(settings, () => redactedSettings(settings, credentials));
}

/** As with Borg and with the reference, whose files may have both. */
function ignoredPasscommand(given: GivenKeys): Ignored[] {
  const [phrase] = given.get('encryption_passphrase') ?? [];
  const [command] = given.get('encryption_passcommand') ?? [];
  if (phrase === undefined || command === undefined) return [];
  return [{ path: command.path, what: 'encryption_passphrase is given, too, and wins; remove one of them' }];
}

function databaseOf({ hook, value }: Entry, credentials: readonly string[]): ConfiguredDatabase {
  const entry = { ...value };
  return Object.freeze({ hook, entry: guarded(entry, () => redactedEntry(hook, entry, credentials)) });
}

/** Hooks by name: their schemas and functions would only hide the rest. What providers hold is theirs. */
function shown({ databases, hooks, providers: _, ...rest }: Config): object {
  return {
    ...rest,
    databases: databases.map(({ hook, entry }) => ({ hook: hook.name, entry })),
    hooks: hooks.map(({ name }) => name),
  };
}
