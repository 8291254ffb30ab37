import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArchivePlan,
  type ArchiveWriter,
  BackupError,
  type DirectoryWriter,
  type ItemWriter,
  type RepositoryContext,
  type StoredArchiveStats,
} from '@dumpstream/core';
import { makePipe } from '../pipe.ts';
import { type Faults, happen } from './faults.ts';
import { type Pace, paced } from './pace.ts';
import type { Store } from './store.ts';
import { TakenItem } from './taken-item.ts';
import { readTree, type Tree } from './tree.ts';

interface TakenDirectory {
  readonly path: string;
  readonly ended: Promise<void>;
}

/** An archive that is being written: nothing of it is in the store before the commit. */
export class MemoryWriter implements ArchiveWriter {
  readonly sideBySide = false;
  readonly #store: Store;
  readonly #plan: ArchivePlan;
  readonly #context: RepositoryContext;
  readonly #faults: Faults;
  readonly #pace: Pace | undefined;
  readonly #failure = new AbortController();
  readonly #over = new AbortController();
  readonly #items = new Map<string, TakenItem | TakenDirectory>();
  readonly #discarded = new Set<string>();
  #bytes = 0;
  #committed = false;

  constructor(
    store: Store,
    plan: ArchivePlan,
    context: RepositoryContext,
    settings: { readonly faults: Faults; readonly pace: Pace | undefined },
  ) {
    this.#store = store;
    this.#plan = plan;
    this.#context = context;
    this.#faults = settings.faults;
    this.#pace = settings.pace;
  }

  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  async stream(path: string): Promise<ItemWriter> {
    const taken = this.#turnOf(path);
    taken.catch(() => {}); // not everybody waits for it
    const item = await this.#open(path, taken);
    return { fd: item.fd, taken, bytes: () => this.#bytes, finish: () => item.finish() };
  }

  async directory(path: string): Promise<DirectoryWriter> {
    const turn = this.#turnOf(path);
    turn.catch(() => {}); // whoever comes next waits for it
    const directory = await mkdtemp(join(this.#context.directory, 'directory-'));
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#items.set(path, { path: directory, ended: finished.then(() => turn) });
    return { path: directory, finish };
  }

  async discard(path: string): Promise<void> {
    this.failed.throwIfAborted();
    this.#discarded.add(path);
    const item = this.#items.get(path);
    if (item instanceof TakenItem) item.giveUp();
  }

  async commit(manifest: string, comment = this.#plan.comment): Promise<StoredArchiveStats> {
    await this.#orFail(this.#turnOf(this.#plan.manifestPath));
    const tree: Tree = { files: new Map(), directories: [] };
    for (const path of this.#plan.paths) if (!this.#discarded.has(path)) await this.#orFail(this.#collect(path, tree));
    tree.files.set(this.#plan.manifestPath, Buffer.from(manifest));
    await this.#orFail(this.#faults.meet('commit', this.#over.signal));
    this.failed.throwIfAborted();
    const added = this.#store.add(this.#plan.name, comment, tree);
    this.#committed = true;
    return { ...added, bytes: sizes(this.#plan, tree) };
  }

  async abort(): Promise<void> {
    if (this.#committed) return;
    const over = new BackupError('REPOSITORY_FAILED', `the archive ${this.#plan.name} was given up`);
    this.#over.abort(over);
    for (const item of this.#items.values()) if (item instanceof TakenItem) item.giveUp();
    this.#failure.abort(over);
  }

  async #open(path: string, turn: Promise<void>): Promise<TakenItem> {
    const rest = paced(this.#pace);
    const item = new TakenItem(await makePipe(this.#context.directory), async (bytes, chunk) => {
      await turn;
      this.#bytes += chunk;
      const fault = this.#faults.due('take', bytes);
      if (fault !== undefined) await happen(fault, this.#over.signal);
      await rest(chunk);
    });
    this.#items.set(path, item);
    item.ended.catch((error: unknown) => {
      if (!this.#discarded.has(path)) this.#failure.abort(error);
    });
    return item;
  }

  /** Items are begun in the plan's order, and read one after the other: resolves when all before are whole, or discarded. */
  async #turnOf(path: string): Promise<void> {
    this.failed.throwIfAborted();
    const planned = [...this.#plan.paths, this.#plan.manifestPath];
    const before = planned.slice(0, planned.indexOf(path)).filter((other) => !this.#discarded.has(other));
    await Promise.all(
      before.map(async (other) => {
        const item = this.#items.get(other);
        if (item !== undefined) return item.ended.catch((error: unknown) => this.#unlessDiscarded(other, error));
        throw new BackupError('REPOSITORY_FAILED', `${path} was begun before ${other}`, {
          hint: 'items are begun in the order of the plan',
        });
      }),
    );
  }

  #unlessDiscarded(path: string, error: unknown): void {
    if (!this.#discarded.has(path)) throw error;
  }

  async #collect(path: string, tree: Tree): Promise<void> {
    const item = this.#items.get(path);
    if (item instanceof TakenItem) {
      tree.files.set(path, item.content());
    } else if (item === undefined) {
      throw new BackupError('REPOSITORY_FAILED', `${path} was not begun`);
    } else {
      await readTree(item.path, path, tree, (_, error) => {
        throw error;
      });
      await this.#faults.meet('take', this.#over.signal, sizeBelow(path, tree));
    }
  }

  async #orFail<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      this.#failure.abort(error);
      throw this.failed.reason;
    }
  }
}

function sizes({ paths, manifestPath }: ArchivePlan, tree: Tree): ReadonlyMap<string, number> {
  return new Map([...paths, manifestPath].map((path) => [path, sizeBelow(path, tree)]));
}

function sizeBelow(path: string, { files }: Tree): number {
  const isIn = (file: string) => file === path || file.startsWith(`${path}/`);
  return [...files].reduce((sum, [file, { length }]) => sum + (isIn(file) ? length : 0), 0);
}
