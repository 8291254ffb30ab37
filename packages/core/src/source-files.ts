import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { BackupRecord } from './backup-record.ts';
import type { Call } from './call.ts';
import { formatComment } from './comment.ts';
import type { Config } from './config/config.ts';
import { BackupError, serialise, withDetails } from './errors.ts';
import { defaultBase } from './process/run-directory.ts';
import type { FilesPlan, Repository } from './repository.ts';

/** Ends the name of the archive of `source_directories`, which else is that of the dumps of the run. */
export const filesSuffix = '-files';

/**
 * The archive of `source_directories`: one of its own, so that no special file among them can hang Borg, and no exclude
 * pattern can hit a dump.
 * @returns undefined where no directories are configured
 * @throws BackupError CONFIG_INVALID for a directory that there is not
 */
export async function planFiles({ settings }: Config, archive: string): Promise<FilesPlan | undefined> {
  const {
    source_directories: sources = [],
    exclude_patterns: patterns = [],
    borgmatic_source_directory: base,
  } = settings;
  if (sources.length === 0) return undefined;
  const found = await Promise.all(sources.map(absolute).map(async (path) => ({ path, paths: await expand(path) })));
  const paths = [...new Set(found.flatMap((each) => each.paths))];
  const missing = found.filter((each) => each.paths.length === 0).map(({ path }) => path);
  if (missing.length > 0) {
    throw new BackupError('CONFIG_INVALID', `source_directories: there is no ${missing.join(', no ')}`, {
      hint: 'correct the path, or remove it from source_directories',
    });
  }
  return {
    name: `${archive}${filesSuffix}`,
    comment: formatComment([]),
    paths,
    excludes: patterns,
    leaveOut: [absolute(base ?? defaultBase)],
  };
}

/**
 * Every repository is tried.
 * @returns what failed
 */
export async function writeFiles(
  call: Call,
  record: BackupRecord,
  repositories: readonly Repository[],
  plan: FilesPlan,
): Promise<readonly BackupError[]> {
  const failures: BackupError[] = [];
  for (const repository of repositories) {
    const { path } = repository;
    try {
      await call.phase('files', () => repository.writeFiles(plan, call.repositoryContext('files')), path);
      record.repository(path, { filesArchive: plan.name });
    } catch (thrown) {
      const error = withDetails(call.error(thrown, 'REPOSITORY_FAILED'), { repository: path });
      record.repository(path, { error: serialise(error) }); // its dumps are stored
      failures.push(error);
    }
  }
  return failures;
}

function absolute(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}

/** What there is of that path, or of that pattern (`*`, `?`, `[a-z]`, as a shell has them). */
async function expand(path: string): Promise<readonly string[]> {
  if (await isThere(path)) return [path];
  const matches = await glob(path, {
    absolute: true,
    onlyFiles: false,
    expandDirectories: false,
    followSymbolicLinks: false,
  });
  return matches.map((match) => match.replace(/\/$/, '')).sort();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
