import { setTimeout as wait } from 'node:timers/promises';
import { type RestoreOptions, type RestoreReport, restore } from '@dumpstream/core';
import { psql, uniqueName } from '../../../../test/support/servers.ts';
import { bench } from './bench.ts';
import { dropDatabase } from './rich-database.ts';

/** A small database in an archive, and small ones that it is restored over. */
export interface Small {
  /** An empty one, or of that content; dropped by {@link Small.clear}. */
  make(sql?: string, options?: string): Promise<string>;
  /** Restores the archived one in place of that one. */
  restore(
    database: string,
    options?: Partial<RestoreOptions>,
    entry?: object,
    label?: 'quick' | 'slow' | 'ownerless' | 'ownerless plain',
  ): Promise<RestoreReport>;
  clear(): Promise<void>;
  drop(): Promise<void>;
}

/** @param owner of one of its two tables, which a dump gives it to */
export async function archiveSmall(owner: string): Promise<Small> {
  const name = uniqueName('small');
  const made: string[] = [];
  await psql('postgres', `create database ${name} template template0`);
  // Makes the load of its dump take some seconds, without that the database itself took them.
  await psql(
    name,
    `create table t as select 1 as n; alter table t owner to ${owner}; create table u as select 1 as n;
     create table naps as select 0 as seconds;
     create materialized view slow as select pg_sleep(seconds)::text from naps; update naps set seconds = 4`,
  );
  const { archive, config } = await bench();
  const options = '--exclude-table-data=naps';
  const archived = await archive(
    { name, label: 'quick', options },
    { name, label: 'slow' },
    { name, label: 'ownerless', no_owner: true, options },
    { name, label: 'ownerless plain', no_owner: true, format: 'plain', options },
  );
  const clear = async () => {
    for (const database of made.splice(0)) await dropDatabase(database);
  };
  return {
    make: async (sql = 'create table t as select 2 as n', more = '') => {
      const database = uniqueName('small');
      made.push(database);
      await psql('postgres', `create database ${database} template template0 ${more}`);
      await psql(database, sql);
      return database;
    },
    restore: (database, request = {}, entry = {}, label = 'quick') =>
      restore(config({ ...entry, name, label }), {
        ...request,
        archive: archived,
        databases: [{ label }],
        to: { name: database },
      }),
    clear,
    drop: () => clear().then(() => dropDatabase(name)),
  };
}

export const count = (query: string): Promise<string> => psql('postgres', `select count(*) from ${query}`);

/** Everybody who is connected. */
export const sessionsIn = (database: string): string => `pg_stat_activity where datname = '${database}'`;

/** A session of somebody else, which stays until it is ended. */
export async function connect(database: string): Promise<{ ended: Promise<unknown> }> {
  const before = Number(await count(sessionsIn(database)));
  let failure: unknown;
  const ended = psql(database, 'select pg_sleep(60)').catch((error: unknown) => {
    failure = error;
  });
  while (Number(await count(sessionsIn(database))) === before) {
    if (failure !== undefined) throw failure;
    await wait(20);
  }
  return { ended };
}
