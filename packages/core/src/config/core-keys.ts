import { type TSchema, Type } from 'typebox';
import type { Settings } from './config.ts';

const nonEmpty = { minLength: 1 };

/** One of `repositories`: a path, or a path with a label. */
const repository = Type.Union([
  Type.String({ ...nonEmpty, description: 'Path or URL of a repository.' }),
  Type.Object(
    {
      path: Type.String({ ...nonEmpty, description: 'Path or URL of the repository.' }),
      label: Type.Optional(Type.String({ ...nonEmpty, description: 'A short name for it, usable in its place.' })),
    },
    { additionalProperties: false },
  ),
]);

/** The keys that are core's own, by the section in which the sectioned form has them. */
export const coreKeys = {
  location: {
    repositories: Type.Array(repository, { minItems: 1, description: 'Where archives go: one or more repositories.' }),
    borgmatic_source_directory: Type.String({
      ...nonEmpty,
      description: 'Directory in which each run has its private directory. Default: ~/.dumpstream.',
    }),
  },
  storage: {
    encryption_passphrase: Type.String({ writeOnly: true, description: 'Passphrase of the repositories.' }),
    encryption_passcommand: Type.String({
      ...nonEmpty,
      description: 'Command whose standard output is the passphrase of the repositories.',
    }),
    compression: Type.String({ ...nonEmpty, description: 'How Borg compresses: lz4, zstd,3 and the like.' }),
    archive_name_format: Type.String({ ...nonEmpty, description: 'Name of a new archive, with placeholders.' }),
  },
  hooks: {},
} as const satisfies Record<string, Record<string, TSchema>>;

/** Sections of the sectioned form; everything in them may as well stand at the top. */
export type Section = keyof typeof coreKeys;

export const sections = Object.keys(coreKeys) as readonly Section[];

const { repositories, ...locationSettings } = coreKeys.location;

/** The keys of {@link Settings}. A key that is missing here does not compile. */
export const settingKeys: { readonly [K in keyof Settings]-?: TSchema } = { ...locationSettings, ...coreKeys.storage };
