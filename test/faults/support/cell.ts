import { mkdirSync } from 'node:fs';
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
import { type Bench, entriesOf, familyOf, openBench, repositorySettings, withBorgBase } from './bench.ts';
import type { Patience } from './checks.ts';
import type { Account, Connection, Family } from './family.ts';
import type { OwnServer } from './own-server.ts';
import { processesOf } from './processes.ts';
import { type Detour, startProxy, type Trouble } from './proxy.ts';
import { atGate, gate, half, type Wrapper, writeWrapper } from './wrapper.ts';

export { openBench };

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
  readonly options: { signal?: AbortSignal; stallTimeoutMs?: number } = {};
  /** What mends the fault, and is done after the call, the last first. */
  readonly afterwards: (() => unknown)[] = [];
  /** What is done when all is over. */
  readonly atLast: (() => unknown)[] = [];
  readonly #over = new AbortController();
  readonly #watching: Promise<void>[] = [];
  /** The server, where it is the cell's own. */
  own: OwnServer | undefined;
  /** How long what is left may stay. */
  patience: Patience = { processesMs: 0, sessionsMs: 1_000, filesLater: false };
  /** Instead of calling the library here. */
  call: (cell: Cell) => Promise<Attempt> = inProcess;

  private constructor(bench: Bench, format: Format, directory: string, server: Connection) {
    this.bench = bench;
    this.format = format;
    this.directory = directory;
    this.family = familyOf(format);
    this.server = server;
    this.account = bench.account;
    const count = bench.verb === 'backup-two' ? 2 : 1;
    this.repositories = Array.from({ length: count }, (_, index) => join(directory, `repository-${index}`));
  }

  static async open(bench: Bench, format: Format, server: Connection): Promise<Cell> {
    const cell = new Cell(bench, format, await tempDir(), server);
    for (const path of [cell.bin, cell.runs]) mkdirSync(path, { mode: 0o700 });
    for (const [index, path] of cell.repositories.entries()) await bench.repository(format, index, path);
    const state = cell.kind === 'backup' ? 'archived' : 'live';
    await Promise.all(bench.databases.map((database) => cell.family.fill(server, bench.account, database, state)));
    return cell;
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

  /** The one that is hit: the last to be dumped, the first to be restored. */
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
        detour: this.#detour === undefined ? undefined : { database: this.victim, port: this.#detour },
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
    this.afterwards.push(() => {
      if (wrapper.call !== 0) this.strikes.push(join(dir, 'struck'));
    });
    return dir;
  }

  /** Files each of which has to be there after the call: a fault that never struck shows nothing. */
  readonly strikes: string[] = [];

  /** The program that the victim's dump comes from or goes to. */
  wrapClient(body: string): string {
    const call = this.kind === 'backup' ? 2 : 1;
    return this.wrap({ ...this.#client(), call, body });
  }

  #client(): Pick<Wrapper, 'program' | 'when'> {
    if (this.format === 'mariadb') {
      return this.kind === 'backup'
        ? { program: 'mariadb-dump', when: '--where=' }
        : { program: 'mariadb', when: '--comments' };
    }
    if (this.kind === 'backup') return { program: 'pg_dump', when: '--dbname=' };
    return this.format === 'plain'
      ? { program: 'psql', when: '--file=-' }
      : { program: 'pg_restore', when: '--dbname=' };
  }

  /** Does something when the victim's dump is half-way, which it then stays until that is done. */
  halfWay(action: () => unknown): void {
    this.#watch(this.wrapClient(this.#halfWayBody()), async () => {
      await this.#expectSomethingToEnd();
      await action();
    });
  }

  /** What is looked for afterwards is there now: else that nothing is found would say nothing. */
  async #expectSomethingToEnd(): Promise<void> {
    if (processesOf(this.directory).length === 0) throw new Error('no process of the call is found');
    const { sessions } = await this.family.leftovers(this.server, this.bench.account, this.bench.databases);
    if (this.format !== 'directory' && sessions.length === 0) throw new Error('no session of the call is found');
  }

  #halfWayBody(): string {
    if (this.format === 'directory')
      return this.kind === 'backup' ? `"$real" "$@" && { ${gate}; }` : `${gate}; exec "$real" "$@"`;
    return this.kind === 'backup'
      ? `{ "$real" "$@"; echo $? > "$dir/status"; } | { head -c ${half}; ${gate}; cat; }\nexit "$(cat "$dir/status")"`
      : `{ head -c ${half}; ${gate}; cat; } | "$real" "$@"`;
  }

  /** The same for Borg, which is half-way when its reader or writer is; of directories it is then still to begin. */
  borgHalfWay(action: () => unknown): void {
    if (this.format === 'directory') this.#watch(this.wrapBorg(`${gate}; exec "$real" "$@"`), action);
    else this.halfWay(action);
  }

  /** The Borg that moves the victim's dump: of a restore, not the one that reads the manifest. */
  wrapBorg(body: string): string {
    if (this.kind === 'backup') return this.wrap({ program: 'borg', when: `${this.repository}::`, call: 1, body });
    if (this.format === 'directory') return this.wrap({ program: 'borg', when: '--strip-components', call: 1, body });
    return this.wrap({ program: 'borg', when: 'pp:', call: 2, body });
  }

  #watch(dir: string, action: () => unknown): void {
    this.#watching.push(atGate(dir, this.#over.signal, action));
  }

  async proxy(trouble: Omit<Trouble, 'way' | 'after'>): Promise<Detour> {
    const way = this.kind === 'backup' ? 'from the server' : 'to the server';
    const proxy = await startProxy(this.server, { ...trouble, way, after: half });
    this.#detour = proxy.port;
    this.afterwards.push(() => proxy.mend());
    this.atLast.push(() => proxy.close());
    return proxy;
  }

  /** The call that meets the fault. */
  async attempt(): Promise<Attempt> {
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
