import { type TObject, type TSchema, Type } from 'typebox';
import type { EngineKeys } from './config.ts';

const nonEmpty = { minLength: 1 };

/** `repositories`: each a path, or a mapping with the keys of its engine. */
export function repositoriesSchema(engines: readonly EngineKeys[]): TSchema {
  const path = Type.String({ ...nonEmpty, description: 'Path or URL of a repository.' });
  const entries = engines.map((engine, index) => repositorySchema(engine, index === 0));
  return Type.Array(Type.Union([path, ...entries]), {
    minItems: 1,
    description: 'Where archives go: one or more repositories.',
  });
}

/** An entry of an engine with what core adds to every one: `path`, `label`, `engine`, and no key that is not known. */
export function repositorySchema({ engine, entry }: EngineKeys, isDefault = false): TObject {
  const name = Type.Literal(engine, { description: 'What kind of repository it is. Default: borg.' });
  const properties = {
    ...entry?.properties,
    path: Type.String({ ...nonEmpty, description: 'Path or URL of the repository.' }),
    label: Type.Optional(Type.String({ ...nonEmpty, description: 'A short name for it, usable in its place.' })),
    engine: isDefault ? Type.Optional(name) : name,
  };
  return Type.Object(properties, { additionalProperties: false });
}
