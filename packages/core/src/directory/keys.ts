import { type Static, Type } from 'typebox';
import type { EngineKeys, RepositorySettings, Settings } from '../config/config.ts';
import { parseCompression } from './compression.ts';
import { isExcludePattern } from './tar.ts';

const entry = Type.Object({
  compression: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'How this repository compresses, in place of the `compression` of all: none, gzip,6, zstd,3.',
    }),
  ),
  unencrypted: Type.Optional(
    Type.Boolean({
      description: 'Says that this repository is meant to be unencrypted, though a passphrase is configured.',
    }),
  ),
});

/** A directory, as a configuration has it. */
export type DirectorySettings = RepositorySettings & Static<typeof entry>;

export const directoryKeys: EngineKeys<Static<typeof entry>> = {
  engine: 'directory',
  entry,
  settings: ['compression'],
  problems: (repository, settings) => [
    ...pathProblems(repository),
    ...encryptionProblems(repository, settings),
    ...compressionProblems(repository, settings),
    ...patternProblems(settings),
  ],
};

/** How the files of a repository are to be compressed, by its own word or that of all. */
export function compressionOf({ compression }: DirectorySettings, settings: Settings) {
  return parseCompression(compression ?? settings.compression);
}

function pathProblems({ path }: DirectorySettings): string[] {
  return path.includes('://') ? ['the directory engine takes a path on this machine, and no URL'] : [];
}

function patternProblems({ exclude_patterns: patterns = [] }: Settings): string[] {
  const unknown = patterns.filter((pattern) => !isExcludePattern(pattern));
  if (unknown.length === 0) return [];
  const listed = unknown.map((pattern) => JSON.stringify(pattern)).join(', ');
  return [`of exclude_patterns, the directory engine knows no style but \`fm:\`, \`pf:\` and \`pp:\`: ${listed}`];
}

/** Who configures a passphrase expects that no dump lies about in plain text. */
function encryptionProblems({ unencrypted }: DirectorySettings, settings: Settings): string[] {
  const { encryption_passphrase: phrase, encryption_passcommand: command } = settings;
  if (unencrypted === true || (phrase === undefined && command === undefined)) return [];
  const key = phrase === undefined ? 'encryption_passcommand' : 'encryption_passphrase';
  return [
    `the directory engine does not encrypt, and \`${key}\` is given; add \`unencrypted: true\` to this repository if that is meant`,
  ];
}

function compressionProblems(repository: DirectorySettings, settings: Settings): string[] {
  const parsed = compressionOf(repository, settings);
  if (typeof parsed !== 'string') return [];
  const mine = repository.compression !== undefined;
  const where = mine ? '`compression`' : 'the `compression` of the whole configuration';
  const advice = mine ? '' : '; this repository can have a `compression` of its own';
  return [`${where} does not fit: ${parsed}${advice}`];
}
