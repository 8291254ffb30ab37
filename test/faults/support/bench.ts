import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { backup, initRepository, parseConfig } from '@dumpstream/core';
import { program } from '../../../scripts/servers/programs.mjs';
import { tempDir, uniqueName } from '../../support/servers.ts';
import { type Format, kindOf, type Verb } from '../fault.ts';
import { type Account, type Connection, type Family, mariadbFamily, postgresqlFamily } from './family.ts';
import { type OwnServer, ownServer } from './own-server.ts';

/** What the cells of one verb share: accounts, names, servers that may be killed, and repositories to copy. */
export interface Bench {
  readonly verb: Verb;
  readonly account: Account;
  /** Another one, that lacks rights. */
  readonly weak: Account;
  readonly passphrase: string;
  /** In the order in which they are dumped and restored. */
  readonly databases: readonly [string, string];
  /** Servers, by their ports, whose databases are as a backup wants them: no cell has to make them anew. */
  readonly intact: Set<number>;
  /**
   * Copies what a cell begins with to where it wants it.
   * @returns names of the archives in it
   */
  repository(format: Format, index: number, to: string): Promise<readonly string[]>;
  ownServer(family: Family): Promise<OwnServer>;
  close(): Promise<void>;
}

export const familyOf = (format: Format): Family => (format === 'mariadb' ? mariadbFamily : postgresqlFamily);

export async function openBench(verb: Verb): Promise<Bench> {
  const directory = await tempDir();
  const account = { user: uniqueName('keeper'), password: secret() };
  const weak = { user: uniqueName('weak'), password: secret() };
  const passphrase = secret();
  const databases = [uniqueName('one'), uniqueName('two')] as const;
  const families = [postgresqlFamily, mariadbFamily];
  const { PATH } = process.env;
  // Debian's wrappers of PostgreSQL's clients take longer than the clients.
  process.env.PATH = `${dirname(program('initdb'))}${delimiter}${PATH}`;
  for (const family of families) await family.makeAccount(family.shared, account);

  const make = async (format: Format, key: string): Promise<Template> => {
    const family = familyOf(format);
    const path = join(directory, key);
    const config = parseConfig(
      {
        repositories: [path],
        borgmatic_source_directory: join(directory, 'runs'),
        ...repositorySettings(passphrase),
        [family.section]: entriesOf({ format, databases, server: family.shared, account }),
      },
      { hooks: [family.hook()] },
    );
    const state = kindOf(verb) === 'backup' ? 'early' : 'archived';
    for (const database of databases) await family.fill(family.shared, account, database, state);
    return withBorgBase(join(directory, 'borg'), async () => {
      await initRepository(config, { encryption: 'repokey-blake2' });
      const { repositories } = await backup(config);
      return { path, archives: repositories.map(({ archive }) => archive) };
    });
  };
  const template = memoised((key: string, format: Format) => make(format, key));
  const own = memoised((_, family: Family) => ownServer(family, account));
  return {
    verb,
    account,
    weak,
    passphrase,
    databases,
    intact: new Set(),
    repository: async (format, index, to) => {
      // Of a backup any archive will do that was there before.
      const { path, archives } = await template(`${kindOf(verb) === 'backup' ? 'any' : format}-${index}`, format);
      cpSync(path, to, { recursive: true });
      return archives;
    },
    ownServer: (family) => own(family.section, family),
    close: async () => {
      await Promise.all([...own.made.values()].map(async (server) => (await server).stop()));
      for (const family of families) {
        for (const database of databases) await family.drop(family.shared, database);
        await family.dropAccount(family.shared, account, []);
      }
      process.env.PATH = PATH;
    },
  };
}

interface Template {
  readonly path: string;
  readonly archives: readonly string[];
}

function memoised<A, T>(make: (key: string, about: A) => Promise<T>) {
  const made = new Map<string, Promise<T>>();
  const get = (key: string, about: A): Promise<T> => {
    const found = made.get(key) ?? make(key, about);
    made.set(key, found);
    return found;
  };
  return Object.assign(get, { made });
}

/** Small chunks, so that Borg is half-way when its reader is. */
export function repositorySettings(passphrase: string): Record<string, unknown> {
  return {
    encryption_passphrase: passphrase,
    compression: 'none',
    chunker_params: '14,18,16,4095',
    lock_wait: 1,
  };
}

export interface Entries {
  readonly format: Format;
  readonly databases: readonly string[];
  readonly server: Pick<Connection, 'host' | 'port'>;
  readonly account: Account;
  /** The way to one of them: by this port, and by another name of this host, by which the calls of its clients are known. */
  readonly victim?: { readonly database: string; readonly port: number };
}

/** To 127.0.0.1. */
export const victimHost = '127.1';

/** With a label, so that the place in the archive does not depend on the way to the server. */
export function entriesOf({ format, databases, server, account, victim }: Entries): object[] {
  return databases.map((name) => ({
    name,
    label: 'faults',
    ...(name === victim?.database
      ? { hostname: victimHost, port: victim.port }
      : { hostname: server.host, port: server.port }),
    username: account.user,
    password: account.password,
    ...(format === 'mariadb' ? {} : { format }),
  }));
}

/** Borg remembers repositories there: a copy of one is a stranger to it. */
export async function withBorgBase<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(path, { recursive: true });
  const { BORG_BASE_DIR } = process.env;
  process.env.BORG_BASE_DIR = path;
  try {
    return await work();
  } finally {
    if (BORG_BASE_DIR === undefined) delete process.env.BORG_BASE_DIR;
    else process.env.BORG_BASE_DIR = BORG_BASE_DIR;
  }
}

/** To be found nowhere. */
function secret(): string {
  return `secret-${randomBytes(9).toString('hex')}`;
}
