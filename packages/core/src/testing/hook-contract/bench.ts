import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BackupOptions,
  type BackupReport,
  backup,
  type Config,
  type DatabaseHook,
  initRepository,
  parseConfig,
  type RestoreOptions,
  type RestoreReport,
  restore,
} from '@dumpstream/core';
import { ContractError, describeError, outcomeOf } from '../case.ts';
import { type MemoryRepository, memoryRepository } from '../memory-repository.ts';
import type { HookSubject } from './subject.ts';

/** Where a case works: a repository in memory, a directory of its own, and databases of names that nobody else uses. */
export class Bench {
  readonly subject: HookSubject;
  readonly memory: MemoryRepository;
  readonly #hook: DatabaseHook;
  readonly #section: string;
  readonly #directory: string;
  readonly #names: Set<string>;

  private constructor(
    subject: HookSubject,
    section: string,
    directory: string,
    names: Set<string>,
    memory: MemoryRepository,
    hook: DatabaseHook,
  ) {
    this.subject = subject;
    this.memory = memory;
    this.#section = section;
    this.#directory = directory;
    this.#names = names;
    this.#hook = hook;
  }

  /** Does the work of a case, and removes what it made. */
  static async use(subject: HookSubject, section: string, work: (bench: Bench) => Promise<void>): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'dumpstream-contract-'));
    const memory = memoryRepository();
    const bench = new Bench(subject, section, directory, new Set(), memory, subject.hook);
    try {
      await initRepository(bench.config([]), { encryption: 'none' });
      await work(bench);
      await bench.#expectFaultsUsed();
    } finally {
      for (const name of bench.#names) await subject.remove(name);
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** The same with another repository, or with a hook that stands for the subject's. */
  async with(
    { memory = this.memory, hook = this.#hook }: { readonly memory?: MemoryRepository; readonly hook?: DatabaseHook },
    work: (bench: Bench) => Promise<void>,
  ): Promise<void> {
    const bench = new Bench(this.subject, this.#section, this.#directory, this.#names, memory, hook);
    if (memory !== this.memory) await initRepository(bench.config([]), { encryption: 'none' });
    await work(bench);
    await bench.#expectFaultsUsed();
  }

  /** A name that nothing else has; what is made of it is removed when the case is over. */
  name(prefix = 'contract'): string {
    return this.adopt(`${prefix}_${randomBytes(4).toString('hex')}`);
  }

  adopt(name: string): string {
    this.#names.add(name);
    return name;
  }

  /** A database that holds these values. */
  async database(values: readonly Uint8Array[], name: string = this.name()): Promise<string> {
    await this.subject.write(this.adopt(name), values);
    return name;
  }

  config(names: readonly string[]): Config {
    const entries = names.map((name) => ({ ...this.subject.entry(name), name }));
    const plain = {
      repositories: ['memory:contract'],
      borgmatic_source_directory: this.#directory,
      [this.#hook.name]: entries,
    };
    return parseConfig(plain, { hooks: [this.#hook], repositories: [this.memory] });
  }

  backup(names: readonly string[], options: BackupOptions = {}): Promise<BackupReport> {
    return backup(this.config(names), options);
  }

  restore(names: readonly string[], options: Partial<RestoreOptions> = {}): Promise<RestoreReport> {
    return restore(this.config(names), { archive: 'latest', databases: [...names], ...options });
  }

  /** A backup that the rest of a case builds on. */
  async mustBackUp(names: readonly string[]): Promise<BackupReport> {
    const outcome = await outcomeOf(this.backup(names));
    if (outcome.ok) return outcome.value;
    throw this.error(`the backup was refused: ${describeError(outcome.error)}`, 'a complete archive', outcome.error);
  }

  async mustRestore(names: readonly string[], options: Partial<RestoreOptions> = {}): Promise<RestoreReport> {
    const outcome = await outcomeOf(this.restore(names, options));
    if (outcome.ok) return outcome.value;
    const { error } = outcome;
    throw this.error(`the restore was refused: ${describeError(error)}`, 'the database as it was archived', error);
  }

  error(what: string, expected: string, cause?: unknown): ContractError {
    const page = `docs/write-a-hook.md#${this.#section}`;
    return new ContractError(
      `${this.#hook.name}: ${what}`,
      expected,
      page,
      cause === undefined ? undefined : { cause },
    );
  }

  /** A database holds what it should; undefined: there is none. */
  async expectValues(name: string, values: readonly Uint8Array[] | undefined, when: string): Promise<void> {
    const found = await this.subject.read(name);
    const difference = differenceOf(values, found);
    if (difference === undefined) return;
    throw this.error(`${when}, ${difference}`, values === undefined ? 'no such database' : 'exactly what was there');
  }

  expectNoArchive(when: string): void {
    const [archive] = this.memory.archives();
    if (archive === undefined) return;
    const sizes = [...archive.files].map(([path, { length }]) => `${path} (${length} bytes)`).join(', ');
    throw this.error(`${when}, and there is an archive all the same: ${sizes}`, 'a rejected backup and no archive');
  }

  /** Nothing is left of a call that has settled. */
  async expectNothingLeft(when: string): Promise<void> {
    const runs = await readdir(this.#directory);
    const left = [...runs, ...((await this.subject.leftovers?.()) ?? [])];
    if (left.length > 0) {
      throw this.error(`${when}, and there is still: ${left.join(', ')}`, 'context.defer() or finally removes it');
    }
  }

  async #expectFaultsUsed(): Promise<void> {
    const [unused] = this.memory.pending;
    if (unused === undefined) return;
    throw this.error(
      `the dump was too small, or not read: \`${unused.during}\` after ${unused.afterBytes ?? 0} bytes never came`,
      'a dump that holds all values of the database, and a restore that reads it',
    );
  }
}

function differenceOf(
  expected: readonly Uint8Array[] | undefined,
  found: readonly Uint8Array[] | undefined,
): string | undefined {
  if (expected === undefined) return found === undefined ? undefined : 'there is a database';
  if (found === undefined) return 'there is no such database';
  if (found.length !== expected.length) return `the database has ${found.length} values and not ${expected.length}`;
  const index = expected.findIndex((value, at) => Buffer.compare(value, found[at] ?? Buffer.alloc(0)) !== 0);
  if (index < 0) return undefined;
  return `value ${index} is ${shown(found[index])} and not ${shown(expected[index])}`;
}

function shown(value: Uint8Array = Buffer.alloc(0)): string {
  const head = Buffer.from(value.subarray(0, 24)).toString('latin1');
  return `${JSON.stringify(head)}${value.length > 24 ? ` … (${value.length} bytes)` : ''}`;
}
