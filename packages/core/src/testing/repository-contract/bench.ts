import { once } from 'node:events';
import { read, write } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  type ArchivePlan,
  type ArchiveReader,
  type ArchiveWriter,
  BackupError,
  type ErrorCode,
  type ItemReader,
  type Repository,
  type RepositoryContext,
  type StoredArchive,
} from '@dumpstream/core';
import { ContractError, describeError, outcomeOf } from '../case.ts';
import type { RepositorySubject } from './subject.ts';

const readSome = promisify(read);
const writeSome = promisify(write);

/** Content of an item; of a directory, its files. */
export type Content = Uint8Array | Readonly<Record<string, Uint8Array>>;

export const manifestPath = 'dumpstream/manifest.json';
export const manifest = '{"dumpstream":1}';

/** Where a case works: a repository of its own, and private directories for its calls. */
export class RepositoryBench {
  readonly repository: Repository;
  readonly #directory: string;
  readonly #section: string;
  readonly #subject: RepositorySubject;
  #calls = 0;

  private constructor(repository: Repository, directory: string, section: string, subject: RepositorySubject) {
    this.repository = repository;
    this.#directory = directory;
    this.#section = section;
    this.#subject = subject;
  }

  static async use(
    subject: RepositorySubject,
    section: string,
    work: (bench: RepositoryBench) => Promise<void>,
  ): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'dumpstream-contract-'));
    try {
      await work(new RepositoryBench(await subject.open(), directory, section, subject));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  async init(): Promise<void> {
    await this.repository.init(this.#subject.encryption ?? 'none', await this.context());
  }

  /** One call's. */
  async context(signal: AbortSignal = new AbortController().signal): Promise<RepositoryContext> {
    const directory = join(this.#directory, String(this.#calls++));
    await mkdir(directory, { mode: 0o700 });
    return { signal, directory, warn: () => {} };
  }

  async list(last?: number): Promise<readonly StoredArchive[]> {
    return this.repository.list(await this.context(), last);
  }

  async begin(name: string, paths: readonly string[], comment = 'a comment'): Promise<ArchiveWriter> {
    const plan: ArchivePlan = { name, comment, paths, manifestPath };
    return this.repository.write(plan, await this.context());
  }

  /** A whole archive of these items. */
  async archive(name: string, items: Readonly<Record<string, Content>>, comment?: string) {
    const writer = await this.begin(name, Object.keys(items), comment);
    for (const [path, content] of Object.entries(items)) await this.write(writer, path, content);
    return writer.commit(manifest);
  }

  async write(writer: ArchiveWriter, path: string, content: Content): Promise<void> {
    if (content instanceof Uint8Array) {
      const item = await writer.stream(path);
      await item.taken;
      await writeWhole(item.fd, content).catch(async (error: unknown) => {
        throw await reasonFor(error, writer.failed);
      });
      item.finish();
      return;
    }
    const directory = await writer.directory(path);
    for (const [file, bytes] of Object.entries(content)) await writeFile(join(directory.path, file), bytes);
    directory.finish();
  }

  async open(name: string): Promise<ArchiveReader> {
    const stored = (await this.list()).find((archive) => archive.name === name);
    if (stored === undefined) throw this.error(`the archive ${name} is not listed`, 'every archive that was committed');
    return this.repository.read(stored, await this.context());
  }

  /** Everything that comes before the end of an item. */
  async readWhole(item: ItemReader): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const buffer = Buffer.allocUnsafe(65_536);
      const { bytesRead } = await readSome(item.fd, buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
    }
    await item.whole;
    await item.close();
    return Buffer.concat(chunks);
  }

  async expectItem(reader: ArchiveReader, path: string, content: Uint8Array): Promise<void> {
    const found = await this.readWhole(await reader.stream(path));
    if (Buffer.compare(found, content) === 0) return;
    throw this.error(
      `${path} has ${found.length} bytes when it is read, and had others`,
      `its ${content.length} bytes`,
    );
  }

  async expectNames(names: readonly string[], when: string): Promise<void> {
    const found = (await this.list()).map(({ name }) => name);
    this.expectEqual(found, names, `the list of archives ${when}`);
  }

  expectEqual(found: unknown, expected: unknown, what: string): void {
    const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
    if (left !== right) throw this.error(`${what} is ${left}`, right);
  }

  async expectCode(promise: Promise<unknown>, code: ErrorCode, what: string): Promise<void> {
    const outcome = await outcomeOf(promise);
    if (!outcome.ok && outcome.error instanceof BackupError && outcome.error.code === code) return;
    const end = outcome.ok ? 'succeeded' : `ended with ${describeError(outcome.error)}`;
    throw this.error(`${what} ${end}`, code);
  }

  async expectRejection(promise: Promise<unknown>, what: string): Promise<void> {
    if ((await outcomeOf(promise)).ok) throw this.error(`${what} succeeded`, 'a rejection');
  }

  /** @returns whether the subject can do that */
  async damage(): Promise<boolean> {
    await this.#subject.damage?.(this.repository);
    return this.#subject.damage !== undefined;
  }

  error(what: string, expected: string): ContractError {
    return new ContractError(
      `${this.repository.path}: ${what}`,
      expected,
      `the contract in repository.ts of @dumpstream/core (${this.#section})`,
    );
  }
}

export async function writeWhole(fd: number, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; ) at += (await writeSome(fd, data, at)).bytesWritten;
}

const patienceMs = 2_000;

/** That nobody reads any more tells little: the engine is about to say why. */
async function reasonFor(error: unknown, failed: AbortSignal): Promise<unknown> {
  const known = new AbortController();
  const aborted = once(failed, 'abort', { signal: known.signal }).catch(() => {});
  if (!failed.aborted) await Promise.race([aborted, wait(patienceMs, undefined, { signal: known.signal })]);
  known.abort();
  return failed.aborted ? failed.reason : error;
}
