import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup, initRepository, parseConfig } from '@dumpstream/core';
import { tempDir, uniqueName } from '../../support/servers.ts';
import type { Format, Verb } from '../fault.ts';
import { type Account, type Connection, type Family, mariadbFamily, postgresqlFamily } from './family.ts';

/** What the cells of one verb share: accounts, names, and repositories to copy. */
export interface Bench {
  readonly verb: Verb;
  readonly account: Account;
  /** Another one, that lacks rights. */
  readonly weak: Account;
  readonly passphrase: string;
  /** In the order in which they are dumped and restored. */
  readonly databases: readonly [string, string];
  /** Copies what a cell begins with to where it wants it. */
  repository(format: Format, index: number, to: string): Promise<void>;
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
  for (const family of families) await family.makeAccount(family.shared, account);

  const made = new Map<string, Promise<string>>();
  /** Of a backup any archive will do that was there before. */
  const keyOf = (format: Format, index: number) => `${verb.startsWith('backup') ? 'any' : format}-${index}`;
  const make = async (format: Format, key: string): Promise<string> => {
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
    for (const database of databases) {
      await family.fill(family.shared, account, database, verb.startsWith('backup') ? 'early' : 'archived');
    }
    await withBorgBase(join(directory, 'borg'), async () => {
      await initRepository(config, { encryption: 'repokey-blake2' });
      await backup(config);
    });
    return path;
  };
  return {
    verb,
    account,
    weak,
    passphrase,
    databases,
    repository: async (format, index, to) => {
      const key = keyOf(format, index);
      if (!made.has(key)) made.set(key, make(format, key));
      cpSync((await made.get(key)) as string, to, { recursive: true });
    },
    close: async () => {
      for (const family of families) {
        for (const database of databases) await family.drop(family.shared, database);
        await family.dropAccount(family.shared, account);
      }
    },
  };
}

/** Small chunks, so that Borg is half-way when its reader is. */
export function repositorySettings(passphrase: string): Record<string, unknown> {
  return {
    encryption_passphrase: passphrase,
    compression: 'none',
    chunker_params: '10,16,12,4095',
    lock_wait: 1,
  };
}

export interface Entries {
  readonly format: Format;
  readonly databases: readonly string[];
  readonly server: Pick<Connection, 'host' | 'port'>;
  readonly account: Account;
  /** The way to one of them, where that is another. */
  readonly detour?: { readonly database: string; readonly port: number } | undefined;
}

/** With a label, so that the place in the archive does not depend on the way to the server. */
export function entriesOf({ format, databases, server, account, detour }: Entries): object[] {
  return databases.map((name) => ({
    name,
    label: 'faults',
    hostname: server.host,
    port: detour?.database === name ? detour.port : server.port,
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
