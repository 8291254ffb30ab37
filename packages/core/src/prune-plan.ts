import { readManifest } from './archives.ts';
import { type Comment, parseComment } from './comment.ts';
import { inParallel } from './in-parallel.ts';
import type { Manifest } from './manifest.ts';
import type { Retention } from './options.ts';
import { itemPath, placeOf } from './place.ts';
import type { Outsider } from './prune-series.ts';
import type { DatabaseRef, PrunedArchive } from './report.ts';
import type { Repository, RepositoryContext, StoredArchive } from './repository.ts';
import { type Candidate, decide } from './retention.ts';
import { filesSuffix } from './source-files.ts';

/** An archive, and what becomes of it. */
export interface Planned {
  readonly stored: StoredArchive;
  /** Whether it holds `source_directories`. */
  readonly isFiles: boolean;
  readonly archive: PrunedArchive;
}

type Fate = Pick<PrunedArchive, 'action' | 'why' | 'number'>;

/**
 * What is to become of each archive of a repository, oldest first. Every archive that is to stay by a rule has been looked into: only
 * what has a valid manifest counts.
 */
export async function planPrune(
  repository: Repository,
  context: RepositoryContext,
  isOutside: Outsider,
  retention: Retention,
  now: Date,
): Promise<readonly Planned[]> {
  const manifests = new Manifests(repository, context);
  const all = await repository.list(context);
  const fates = new Map<StoredArchive, Fate>();
  const series: Dumps[] = [];
  for (const stored of all) {
    const comment = parseComment(stored.comment);
    if (comment === undefined) fates.set(stored, { action: 'keep', why: 'foreign' });
    if (comment === undefined || isFiles(comment)) continue;
    const databases = comment.databases ?? goodIn(await manifests.of(stored));
    const why = isOutside({ name: stored.name, host: comment.host, databases });
    if (why === undefined) series.push({ stored, databases: databases ?? [] });
    else fates.set(stored, { action: 'keep', why });
  }
  for (const [stored, fate] of await decideSeries(series, manifests, retention, now)) fates.set(stored, fate);
  return all.map((stored) => {
    const fate = fates.get(stored) ?? fateOfFiles(stored, all, fates);
    const { name, id, time } = stored;
    const comment = parseComment(stored.comment);
    const ofFiles = comment !== undefined && isFiles(comment);
    return { stored, isFiles: ofFiles, archive: { name, id, time, status: statusOf(stored, manifests), ...fate } };
  });
}

/** An archive of the series. */
interface Dumps {
  readonly stored: StoredArchive;
  readonly databases: readonly DatabaseRef[];
}

/** Until all that stays is known to be whole. */
async function decideSeries(
  series: readonly Dumps[],
  manifests: Manifests,
  retention: Retention,
  now: Date,
): Promise<ReadonlyMap<StoredArchive, Fate>> {
  for (;;) {
    const needed = neededOf(series, manifests);
    const candidates = series.map((dumps): Candidate & Dumps => ({
      ...dumps,
      time: dumps.stored.time,
      complete: !manifests.isMissing(dumps.stored),
      needed: needed.has(dumps),
    }));
    const fates = new Map([...decide(candidates, retention, now)].map(([{ stored }, fate]) => [stored, fate]));
    const unseen = [...fates].filter(([stored, { action }]) => action === 'keep' && !manifests.isKnown(stored));
    if (unseen.length === 0) return fates;
    await inParallel(unseen, undefined, ([stored]) => manifests.of(stored));
  }
}

/** What a comment would say: only what was dumped. */
function goodIn(manifest: Manifest | undefined): readonly DatabaseRef[] | undefined {
  return manifest?.databases.filter(({ status }) => status === 'ok');
}

function failedIn(manifest: Manifest | undefined): readonly DatabaseRef[] {
  return manifest?.databases.filter(({ status }) => status === 'failed') ?? [];
}

/** Those with the last good dump of a database that the newest complete archive names as failed. */
function neededOf(series: readonly Dumps[], manifests: Manifests): ReadonlySet<Dumps> {
  const newestFirst = series.filter(({ stored }) => !manifests.isMissing(stored)).reverse();
  const failedOf = ({ stored }: Dumps) => failedIn(manifests.known(stored));
  const lastOf = (failed: DatabaseRef) => newestFirst.find(({ databases }) => hasAmong(databases, failed));
  const lastOfServer = (all: DatabaseRef) => {
    const listed = newestFirst.find(
      (dumps) => dumps.databases.some((database) => isOfServer(database, all)) && !hasAmong(failedOf(dumps), all),
    );
    const failedThen = listed === undefined ? [] : failedOf(listed).filter((other) => isOfServer(other, all));
    return [listed, ...failedThen.map(lastOf)];
  };
  const failed = newestFirst[0] === undefined ? [] : failedOf(newestFirst[0]);
  // What the server has nobody could say: it is taken for what it had when it could be listed last.
  const needed = [...failed.map(lastOf), ...failed.filter(isWholeServer).flatMap(lastOfServer)];
  return new Set(needed.filter((dumps) => dumps !== undefined));
}

/** Of what has failed: its entry is `all`, whose databases could not be listed, or were to be one dump. */
function isWholeServer({ name, kind }: DatabaseRef): boolean {
  return name === 'all' && kind === 'database';
}

function isOfServer(database: DatabaseRef, all: DatabaseRef): boolean {
  return database.hook === all.hook && placeOf(database) === placeOf(all);
}

function hasAmong(databases: readonly DatabaseRef[], wanted: DatabaseRef): boolean {
  return databases.some((database) => pathOf(database) === pathOf(wanted));
}

function pathOf(database: DatabaseRef): string {
  return itemPath(database.hook, database, database);
}

/** Archives of `source_directories` have no databases. */
function isFiles({ databases }: Comment): boolean {
  return databases?.length === 0;
}

/** They share the fate of the dumps of the same run. */
function fateOfFiles(
  { name }: StoredArchive,
  all: readonly StoredArchive[],
  fates: ReadonlyMap<StoredArchive, Fate>,
): Fate {
  const dumps = all.find((other) => name === `${other.name}${filesSuffix}`);
  return (dumps && fates.get(dumps)) ?? { action: 'keep', why: 'files-alone' };
}

function statusOf(stored: StoredArchive, manifests: Manifests): PrunedArchive['status'] {
  if (parseComment(stored.comment) === undefined) return 'foreign';
  return manifests.isMissing(stored) ? 'incomplete' : 'complete';
}

/** Each is read once. */
class Manifests {
  readonly #repository: Repository;
  readonly #context: RepositoryContext;
  readonly #found = new Map<StoredArchive, Manifest | undefined>();

  constructor(repository: Repository, context: RepositoryContext) {
    this.#repository = repository;
    this.#context = context;
  }

  async of(stored: StoredArchive): Promise<Manifest | undefined> {
    if (!this.#found.has(stored)) {
      const reader = await this.#repository.read(stored, this.#context);
      this.#found.set(stored, await readManifest(reader));
    }
    return this.#found.get(stored);
  }

  known(stored: StoredArchive): Manifest | undefined {
    return this.#found.get(stored);
  }

  isKnown(stored: StoredArchive): boolean {
    return this.#found.has(stored);
  }

  /** Known not to be complete. */
  isMissing(stored: StoredArchive): boolean {
    return this.#found.has(stored) && this.#found.get(stored) === undefined;
  }
}
