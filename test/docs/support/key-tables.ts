import type { DatabaseHook, RepositoryProvider } from '@dumpstream/core';
import { coreKeys, type Section } from '../../../packages/core/src/config/core-keys.ts';
import { entrySchema } from '../../../packages/core/src/config/file-schema.ts';

/** What JSON Schema says in a schema of the configuration. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Keys;
  readonly minimum?: number;
  readonly maximum?: number;
}

type Keys = Readonly<Record<string, Schema>>;

/**
 * A page with its tables of keys as the schemas have them. Each stands between `<!-- keys: NAME -->` and `<!-- end -->`: of a section
 * of core's, of `repositories` as an entry, of a hook's entry, or of an engine's.
 */
export function withTables(
  page: string,
  hooks: readonly DatabaseHook[],
  engines: readonly RepositoryProvider[],
): string {
  return page.replaceAll(
    /(<!-- keys: (\w+) -->\n).*?(<!-- end -->)/gs,
    (_, begin: string, name: string, end: string) => `${begin}\n${table(keysOf(name, hooks, engines))}\n${end}`,
  );
}

function keysOf(name: string, hooks: readonly DatabaseHook[], engines: readonly RepositoryProvider[]): Keys {
  if (name === 'repositories') return repositoryKeys();
  const engine = engines.find((each) => each.engine === name);
  if (engine !== undefined) return engine.entry?.properties as Keys;
  const hook = hooks.find((each) => each.name === name);
  return (hook === undefined ? coreKeys[name as Section] : entrySchema(hook).properties) as Keys;
}

/** Of all forms that an entry of `repositories` can have. */
function repositoryKeys(): Keys {
  const { items = {} } = coreKeys.location.repositories as Schema;
  const forms = branches(items).map(({ properties = {} }) => properties);
  const keys = [...new Set(forms.flatMap((form) => Object.keys(form)))];
  return Object.fromEntries(
    keys.map((key) => {
      const anyOf = forms.flatMap((form) => form[key] ?? []);
      return [key, { anyOf, description: anyOf[0]?.description ?? '' }];
    }),
  );
}

function branches(schema: Schema): readonly Schema[] {
  return schema.anyOf?.flatMap(branches) ?? [schema];
}

function table(keys: Keys): string {
  const rows = Object.entries(keys).map(([key, schema]) => {
    const [meaning, preset] = parted(schema.description ?? '');
    return `| \`${key}\` | ${typeOf(schema)} | ${preset} | ${meaning} |\n`.replaceAll('  ', ' ');
  });
  return `| key | type | default | meaning |\n|---|---|---|---|\n${rows.join('')}`;
}

/** A description ends with the default, where there is one. */
function parted(description: string): [meaning: string, preset: string] {
  const [, meaning, preset = ''] = /^(.*?)(?: Default: (.*)\.)?$/.exec(description) ?? [];
  return [cell(meaning ?? description), cell(preset)];
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function typeOf({ type, const: only, enum: some, anyOf, items, minimum, maximum }: Schema): string {
  if (anyOf !== undefined) return [...new Set(anyOf.filter((each) => each.type !== 'null').map(typeOf))].join(' or ');
  if (only !== undefined) return `\`${only}\``;
  if (some !== undefined) return some.map((value) => `\`${value}\``).join(' or ');
  if (items !== undefined) return `list of ${plural(typeOf(items))}`;
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'integer' || type === 'number') {
    const range =
      maximum !== undefined ? `, ${minimum} to ${maximum}` : minimum !== undefined ? `, from ${minimum}` : '';
    return `${type === 'integer' ? 'whole number' : 'number'}${range}`;
  }
  return type === 'object' ? 'mapping' : 'text';
}

function plural(type: string): string {
  return type === 'text' ? 'texts' : type;
}
