import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  BackupError,
  type BackupReport,
  backup,
  type Config,
  type Event,
  parseConfig,
  type RestoreReport,
  restore,
} from '@dumpstream/core';
import { tempDir } from '../../support/servers.ts';
import { type Format, type Kind, kindOf, type Verb } from '../fault.ts';
import { type Bench, entriesOf, familyOf, repositorySettings, victimHost, withBorgBase } from './bench.ts';
import type { Patience } from './checks.ts';
import type { State } from './data.ts';
import type { Account, Connection, Family, Snapshot } from './family.ts';
import type { OwnServer } from './own-server.ts';
import { processesOf } from './processes.ts';
import { type Detour, type Held, startProxy, type Trouble } from './proxy.ts';
import { atGate, gate, half, type Wrapper, writeWrapper } from './wrapper.ts';

/** What came of the call. */
export type Attempt = { readonly events: readonly Event[] } & (
  | { readonly outcome: 'ok'; readonly report: BackupReport | RestoreReport }
  | { readonly outcome: 'failed'; readonly error: BackupError }
  | { readonly outcome: 'ended' }
);

/** One verb, format and fault, with databases and repositories that nothing has happened to yet. */
export class Cell {
  readonly bench: Bench;
  readonly format: Format;
  readonly directory: string;
  readonly family: Family;
  readonly server: Connection;
  /** Port of this host by which the call reaches the victim. */
  #detour: number | undefined;
  account: Account;
  /** As configured. The last is the one that is hit. */
  readonly repositories: string[];
  /** More settings of the configuration that stay when the fault is mended. */
  readonly lasting: Record<string, unknown> = {};
  /** More options of the call. */
  readonly options: { signal?: AbortSignal; stallTimeoutMs?: number; concurrency?: number } = {};
  /** What mends the fault, and is done after the call, the last first. */
  readonly afterwards: (() => unknown)[] = [];
  /** What is done when all is over. */
  readonly atLast: (() => unknown)[] = [];
  readonly #over = new AbortController();
  readonly #watching: Promise<void>[] = [];
  /** The server, where it may be killed. */
  readonly own: OwnServer | undefined;
  /** What is in the databases before a restore. */
  before: ReadonlyMap<string, Snapshot> = new Map();
  /** Names of the archives in each repository before the call. */
  readonly archives: (readonly string[])[] = [];
  /** How long what is left may stay. */
  patience: Patience = { processesMs: 0, sessionsMs: 5_000, filesLater: false };
  /** Instead of calling the library here. */
  call: (cell: Cell) => Promise<Attempt> = inProcess;

  private constructor(bench: Bench, format: Format, directory: string, own: OwnServer | undefined) {
    this.bench = bench;
    this.format = format;
    this.directory = directory;
    this.family = familyOf(format);
    this.own = own;
    this.server = own?.connection ?? this.family.shared;
    this.account = bench.account;
    const count = bench.verb === 'backup-two' ? 2 : 1;
    this.repositories = Array.from({ length: count }, (_, index) => join(directory, `repository-${index}`));
  }

  static async open(bench: Bench, format: Format, ownServer: boolean): Promise<Cell> {
    const own = ownServer ? await bench.ownServer(familyOf(format)) : undefined;
    const cell = new Cell(bench, format, await tempDir(), own);
    for (const path of [cell.bin, cell.runs]) mkdirSync(path, { mode: 0o700 });
    for (const [index, path] of cell.repositories.entries()) {
      cell.archives.push(await bench.repository(format, index, path));
    }
    if (!bench.intact.delete(cell.server.port)) await cell.fill(cell.kind === 'backup' ? 'archived' : 'live');
    return cell;
  }

  /** The databases in that state, whatever they were before. */
  async fill(state: State): Promise<void> {
    const { family, server, bench } = this;
    await Promise.all(bench.databases.map((database) => family.fill(server, bench.account, database, state)));
  }

  /** A backup that went as it should, and what was restored to see that, leaves what the next cell needs. */
  leaveIntact(): void {
    if (this.kind === 'backup') this.bench.intact.add(this.server.port);
  }

  get verb(): Verb {
    return this.bench.verb;
  }

  get kind(): Kind {
    return kindOf(this.verb);
  }

  get bin(): string {
    return join(this.directory, 'bin');
  }

  get runs(): string {
    return join(this.directory, 'runs');
  }

  /** Those that the call is about. */
  get databases(): readonly string[] {
    return this.verb === 'restore-one' ? this.bench.databases.slice(0, 1) : this.bench.databases;
  }

  /** The one that is hit: the last to be dumped, one of the first to be restored. */
  get victim(): string {
    return this.kind === 'backup' ? this.bench.databases[1] : this.bench.databases[0];
  }

  /** Path of the repository that is hit. */
  get repository(): string {
    return this.repositories.at(-1) as string;
  }

  plain(): Record<string, unknown> {
    return {
      repositories: this.repositories,
      borgmatic_source_directory: this.runs,
      ...repositorySettings(this.bench.passphrase),
      [this.family.section]: entriesOf({
        format: this.format,
        databases: this.bench.databases,
        server: this.server,
        account: this.account,
        victim: { database: this.victim, port: this.#detour ?? this.server.port },
      }),
      ...this.lasting,
    };
  }

  config(): Config {
    return parseConfig(this.plain(), { hooks: [this.family.hook()] });
  }

  /** Puts a program of the same name before the real one. */
  wrap(wrapper: Wrapper): string {
    const dir = writeWrapper(this.bin, wrapper);
    this.strikes.push(() => existsSync(join(dir, 'struck')));
    return dir;
  }

  /** Each has to be true after the call: a fault that never struck shows nothing. */
  readonly strikes: (() => boolean)[] = [];

  /** The program that the victim's dump comes from or goes to. */
  wrapClient(body: string): string {
    const [program, mark] = this.#client();
    return this.wrap({ program, when: [`--host=${victimHost} `, mark], body });
  }

  /** The program, and what tells this use of it from others. */
  #client(): readonly [string, string] {
    const isBackup = this.kind === 'backup';
    if (this.format === 'mariadb') return isBackup ? ['mariadb-dump', '--where='] : ['mariadb', '--database='];
    if (isBackup) return ['pg_dump', '--dbname='];
    return this.format === 'plain' ? ['psql', '--file=-'] : ['pg_restore', '--dbname='];
  }

  /**
   * Does something when the victim's dump is half-way, which it then stays until that is done.
   * @param then `lost`: what the server had sent until then does not arrive
   */
  async halfWay(action: () => unknown, then: Held = 'kept'): Promise<void> {
    // How far the others are would be a matter of luck.
    this.options.concurrency = 1;
    const strike = async () => {
      await this.#expectSomethingToEnd();
      await action();
    };
    // A directory goes through no pipe of the client's.
    if (this.format !== 'directory') return this.#watch(this.wrapClient(this.#halfWayBody()), strike);
    await this.proxy(() => {
      const done = strike();
      this.#watching.push(done);
      return done.then(
        () => then,
        () => then,
      );
    });
  }

  /** What is looked for afterwards is there now: else that nothing is found would say nothing. */
  async #expectSomethingToEnd(): Promise<void> {
    if (processesOf(this.directory).length === 0) throw new Error('no process of the call is found');
    const { sessions } = await this.family.leftovers(this.server, this.bench.account, this.bench.databases);
    if (sessions.length === 0) throw new Error('no session of the call is found');
  }

  #halfWayBody(): string {
    return this.kind === 'backup'
      ? `{ "$real" "$@"; echo $? > "$dir/status"; } | { head -c ${half}; ${gate}; cat; }\nexit "$(cat "$dir/status")"`
      : `{ head -c ${half}; ${gate}; cat; } | "$real" "$@"`;
  }

  /** The same for Borg, which is half-way when its reader or writer is; with directories it is about to begin. */
  async borgHalfWay(action: () => unknown): Promise<void> {
    if (this.format !== 'directory') return this.halfWay(action);
    this.#watch(this.wrapBorg(`${gate}; exec "$real" "$@"`), async () => action());
  }

  /** The Borg that moves the victim's dump. */
  wrapBorg(body: string): string {
    return this.wrap({ program: 'borg', when: this.borgMarks(), body });
  }

  /** Parts of its arguments. */
  borgMarks(): readonly string[] {
    return [`${this.repository}::`, ...(this.kind === 'backup' ? [] : [`/${this.victim}`])];
  }

  #watch(dir: string, action: () => Promise<unknown>): void {
    this.#watching.push(atGate(dir, this.#over.signal, action));
  }

  /** What is on the way to the server when half of the victim's dump has gone along it. */
  async proxy(what: Trouble['what']): Promise<void> {
    const proxy = await this.detour(this.server, what, this.kind === 'backup' ? 'from the server' : 'to the server');
    this.#detour = proxy.port;
  }

  async detour(target: { host: string; port: number }, what: Trouble['what'], way: Trouble['way']): Promise<Detour> {
    const proxy = await startProxy(target, { what, way, after: half });
    this.strikes.push(() => proxy.struck() === 1);
    this.afterwards.push(() => proxy.mend());
    this.atLast.push(() => proxy.close());
    return proxy;
  }

  /** The call that meets the fault. */
  async attempt(): Promise<Attempt> {
    if (this.kind === 'restore') this.before = await this.snapshots();
    const { PATH } = process.env;
    process.env.PATH = `${this.bin}${delimiter}${PATH}`;
    try {
      return await this.borgBase(() => this.call(this));
    } finally {
      process.env.PATH = PATH;
      this.#over.abort();
      await Promise.all(this.#watching);
      for (const mend of this.afterwards.splice(0).reverse()) await mend();
    }
  }

  async snapshots(): Promise<ReadonlyMap<string, Snapshot>> {
    const { databases } = this.bench;
    const taken = await Promise.all(databases.map((database) => this.family.snapshot(this.server, database)));
    return new Map(databases.map((database, index) => [database, taken[index] as Snapshot]));
  }

  /** As it is without a fault. */
  mended(): void {
    this.account = this.bench.account;
    this.#detour = undefined;
    for (const key of Object.keys(this.options) as (keyof Cell['options'])[]) delete this.options[key];
  }

  borgBase<T>(work: () => Promise<T>): Promise<T> {
    return withBorgBase(join(this.directory, 'borg'), work);
  }

  async close(): Promise<void> {
    for (const end of this.atLast.splice(0).reverse()) await end();
  }
}

async function inProcess(cell: Cell): Promise<Attempt> {
  const events: Event[] = [];
  const options = { ...cell.options, onEvent: (event: Event) => void events.push(event) };
  try {
    const report =
      cell.kind === 'backup'
        ? await backup(cell.config(), options)
        : await restore(cell.config(), { ...options, archive: 'latest', databases: cell.databases });
    return { outcome: 'ok', report, events };
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return { outcome: 'failed', error, events };
  }
}
