import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from '../errors.ts';
import { isAtOrBelow } from '../place.ts';
import type { Child, Exit } from '../process/child.ts';
import { type Deferred, defer } from '../process/deferred.ts';
import { ioCounters } from '../process/io-counters.ts';
import { makeNamedPipe, NamedPipe, writeWhole } from '../process/pipe.ts';
import { rejectedBy } from '../process/rejected-by.ts';
import type { ArchivePlan, ArchiveWriter, RepositoryContext, StoredArchiveStats } from '../repository.ts';
import { type BorgTarget, createCommand, deleteArchiveCommand, recreateCommand } from './command.ts';
import { borgError } from './explain.ts';
import type { BorgMessage } from './log.ts';
import { type ExpectedItem, measureArchive } from './measure-archive.ts';
import { parseCreated } from './parse.ts';
import { borgGraceMs, runBorg, startBorg } from './run.ts';

/** One item of the plan that is a named pipe. */
interface PipeItem {
  readonly pipe: NamedPipe;
  readonly taken: Deferred<void>;
  finished: boolean;
}

/**
 * One `borg create` reads all the pipes, in order. It walks its paths without looking ahead, so each has to stand when
 * its turn comes: the end of a pipe is let through when its dump is whole and the next pipe stands. Directories in between
 * stand by then, too.
 */
export function writeArchive(target: BorgTarget, plan: ArchivePlan, context: RepositoryContext): ArchiveWriter {
  return new BorgArchiveWriter(target, plan, context);
}

class BorgArchiveWriter implements ArchiveWriter {
  readonly sideBySide = false;
  readonly #target: BorgTarget;
  readonly #plan: ArchivePlan;
  readonly #context: RepositoryContext;
  readonly #root: string;
  readonly #failure = new AbortController();
  readonly #messages: BorgMessage[] = [];
  /** The pipes that stand, oldest first. */
  readonly #pipes = new Map<string, PipeItem>();
  readonly #discarded = new Set<string>();
  #child: Promise<Child> | undefined;
  #pid: number | undefined;
  /** How many of the plan's paths Borg has come to. */
  #reached = 0;
  #manifestWritten = false;
  /** Whether Borg has passed over a pipe: it then comes to an end, and commits, without anything of ours. */
  #astray = false;
  #committed = false;
  #aborting: Promise<void> | undefined;

  constructor(target: BorgTarget, plan: ArchivePlan, context: RepositoryContext) {
    this.#target = target;
    this.#plan = plan;
    this.#context = context;
    this.#root = join(context.directory, 'archive');
  }

  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  async stream(path: string) {
    const item = await this.#addPipe(path);
    const taken = rejectedBy(this.failed, item.taken.promise);
    taken.catch(() => {}); // not everybody waits for it
    return {
      fd: item.pipe.writeEnd,
      taken,
      bytes: () => (this.#pid === undefined ? undefined : ioCounters(this.#pid)?.read),
      finish: () => {
        item.finished = true;
        this.#letThrough();
      },
    };
  }

  async directory(path: string) {
    this.failed.throwIfAborted();
    const absolute = join(this.#root, path);
    await mkdir(absolute, { recursive: true, mode: 0o700 });
    return { path: absolute, finish: () => {} }; // Borg comes to it only when the next pipe stands
  }

  async discard(path: string): Promise<void> {
    this.#discarded.add(path);
    if (!this.#pipes.has(path)) {
      await rm(join(this.#root, path), { recursive: true, force: true });
      await this.#addPipe(path);
    }
    const item = this.#pipes.get(path) as PipeItem;
    item.finished = true;
    this.#letThrough();
  }

  async commit(manifest: string, comment = this.#plan.comment): Promise<StoredArchiveStats> {
    const item = await this.#addPipe(this.#plan.manifestPath);
    await rejectedBy(this.failed, item.taken.promise);
    this.#manifestWritten = true;
    await writeWhole(item.pipe.writeEnd, Buffer.from(manifest)).catch((error: unknown) => {
      throw this.failed.aborted ? this.failed.reason : error;
    });
    item.finished = true;
    this.#letThrough();
    const exit = await (await this.#start()).exited;
    this.failed.throwIfAborted();
    if (exit.code !== 0 && exit.code !== 1) throw this.#error(exit);
    for (const message of this.#messages) {
      if (message.type === 'log' && message.level === 'WARNING') this.#context.warn(message.text);
    }
    if (this.#discarded.size > 0) await this.#takeOut(comment);
    const bytes = await measureArchive(this.#target, this.#plan.name, this.#expected(), this.#context);
    this.#committed = true;
    return { ...parseCreated(exit.stdout), bytes };
  }

  /** What has to be in the archive now. */
  #expected(): ExpectedItem[] {
    return [...this.#plan.paths, this.#plan.manifestPath]
      .filter((path) => !this.#discarded.has(path))
      .map((path) => ({ path, type: this.#pipes.has(path) ? 'file' : 'directory' }));
  }

  async abort(): Promise<void> {
    this.#aborting ??= this.#abort();
    return this.#aborting;
  }

  async #abort(): Promise<void> {
    if (this.#committed) return this.#close();
    const { repository } = this.#target;
    this.#fail(
      new BackupError('REPOSITORY_FAILED', `the archive ${this.#plan.name} was given up`, {
        repository: repository.path,
      }),
    );
    const child = await this.#child?.catch(() => undefined);
    await child?.end(borgGraceMs);
    this.#close();
    // Borg may have been quicker than the order to end, or have come to an end of its own.
    const code = (await child?.exited)?.code;
    const mayBeThere = this.#manifestWritten || this.#astray || code === 0 || code === 1;
    if (child !== undefined && mayBeThere) await this.#deleteArchive();
  }

  /** What Borg has read it has stored; the archive is written again without it, in one transaction. */
  async #takeOut(comment: string): Promise<void> {
    const command = recreateCommand(this.#target, { name: this.#plan.name, comment, excludes: [...this.#discarded] });
    await runBorg(this.#target, command, this.#context);
  }

  async #deleteArchive(): Promise<void> {
    const command = deleteArchiveCommand(this.#target, this.#plan.name);
    const isGone = (message: BorgMessage) => message.type === 'log' && / not found|does not exist/.test(message.text);
    await runBorg(
      this.#target,
      command,
      { ...this.#context, signal: new AbortController().signal }, // the call's own may be what ended the rest
      { accept: ({ code }, messages) => code === 0 || messages.some(isGone) },
    );
  }

  async #addPipe(path: string): Promise<PipeItem> {
    this.failed.throwIfAborted();
    const absolute = join(this.#root, path);
    await makeNamedPipe(absolute, this.#context.signal);
    this.failed.throwIfAborted(); // a pipe that is opened after that would keep its writer waiting for ever
    const item: PipeItem = { pipe: new NamedPipe(absolute), taken: defer(), finished: false };
    this.#pipes.set(path, item);
    this.#letThrough();
    await this.#start();
    return item;
  }

  /** Ends each finished pipe behind which another stands, and the manifest's, behind which nothing comes. */
  #letThrough(): void {
    const items = [...this.#pipes];
    items.forEach(([path, { pipe, finished }], index) => {
      const isLast = path === this.#plan.manifestPath;
      if (finished && (isLast || index + 1 < items.length)) pipe.closeWriteEnd();
    });
  }

  #start(): Promise<Child> {
    this.#child ??= this.#startBorg();
    return this.#child;
  }

  async #startBorg(): Promise<Child> {
    const { name, comment, paths, manifestPath } = this.#plan;
    const command = createCommand(this.#target, { name, comment, paths: [...paths, manifestPath] });
    const { child } = await startBorg(command, this.#context, {
      cwd: this.#root,
      onMessage: (message) => this.#hear(message),
    });
    this.#pid = child.pid;
    void child.exited.then((exit) => {
      if (!this.#manifestWritten || (exit.code !== 0 && exit.code !== 1)) this.#fail(this.#error(exit));
    });
    return child;
  }

  #hear(message: BorgMessage): void {
    if (message.type === 'file') this.#comeTo(message.path, message.status);
    else this.#messages.push(message);
  }

  /** Borg says a path right when it opens it, and again, with `E`, when it could not read it. */
  #comeTo(path: string, status: string): void {
    if (this.failed.aborted || (this.#isInDirectory(path) && 'AMUds'.includes(status))) return;
    const all = [...this.#plan.paths, this.#plan.manifestPath];
    const expected = all.slice(this.#reached).find((next) => this.#pipes.has(next));
    if (status !== 'A' || path !== expected) {
      this.#astray = true;
      const what =
        status === 'A' ? `came to ${path} before ${expected ?? 'its turn'}` : `did not read ${path} (${status})`;
      this.#fail(
        new BackupError('REPOSITORY_FAILED', `borg create ${what}${this.#lastMessage()}`, {
          repository: this.#target.repository.path,
          hint: 'a dump must be read once, whole and in order; check options and patterns that Borg is given',
        }),
      );
      return;
    }
    this.#reached = all.indexOf(path) + 1;
    const item = this.#pipes.get(path);
    item?.pipe.readerIsThere();
    item?.taken.resolve();
  }

  #isInDirectory(path: string): boolean {
    return this.#plan.paths.some((planned) => !this.#pipes.has(planned) && isAtOrBelow(path, planned));
  }

  #lastMessage(): string {
    const last = this.#messages.filter((message) => message.type === 'log').at(-1);
    return last === undefined ? '' : `: ${last.text}`;
  }

  #fail(error: BackupError): void {
    this.#failure.abort(error);
    // Whoever still writes notices that nobody will read.
    for (const { pipe } of this.#pipes.values()) pipe.readerIsThere();
  }

  #error(exit: Exit): BackupError {
    return borgError('create', this.#target.repository.path, exit, this.#messages);
  }

  #close(): void {
    for (const { pipe } of this.#pipes.values()) pipe.close();
  }
}
