import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, restore } from '@dumpstream/core';
import { afterEach, expect, jest, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { type Lab, onEachServer, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

const path = process.env.PATH as string;

/** Has every start of a client or dump program noted, while the work is done. */
async function startsOf({ client, dumper }: Lab, work: () => Promise<unknown>) {
  const directory = await tempDir();
  const notes = join(directory, 'starts');
  const programs = join(directory, 'programs');
  await mkdir(programs);
  await writeFile(notes, '');
  for (const file of [client, dumper]) {
    const real = execFileSync('which', [file], { encoding: 'utf8' }).trim();
    await writeFile(join(programs, file), `#!/bin/sh\necho '${file}' >> '${notes}'\nexec '${real}' "$@"\n`);
    await chmod(join(programs, file), 0o755);
  }
  process.env.PATH = `${programs}:${path}`;
  try {
    await work();
  } finally {
    process.env.PATH = path;
  }
  const names = (await readFile(notes, 'utf8')).split('\n');
  const count = (wanted: string) => names.filter((name) => name === wanted).length;
  return { clients: count(client), dumpers: count(dumper) };
}

async function fill(lab: Lab, name: string) {
  await sql(lab, '', `CREATE DATABASE IF NOT EXISTS ${name}`);
  await sql(lab, name, 'CREATE TABLE t (x INT PRIMARY KEY); INSERT INTO t VALUES (1);');
}

/** A clock for what is still fresh; it goes on by so many milliseconds whenever it is read. */
function clock(step: number) {
  let now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => {
    now += step;
    return now;
  });
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Each program once for its version and its option files, and the client for the server and the account. */
const inCall = { clients: 3, dumpers: 2 };

onEachServer((lab) => {
  test('a backup starts a dump program for each database, and few clients however many there are', async () => {
    const names = Array.from({ length: 12 }, (_, index) => uniqueName(`starts_${index}`));
    const { config } = await bench(lab);
    await withDatabases(lab, names, async () => {
      for (const name of names) await fill(lab, name);
      const databases = config(...names.map((name) => ({ name })));
      clock(0);

      const { clients, dumpers } = await startsOf(lab, () => backup(databases));

      expect(dumpers).toBe(inCall.dumpers + names.length);
      // Two are looked at alone, then those that are small are found, and looked at in one or two portions.
      expect(clients).toBeGreaterThanOrEqual(inCall.clients + 2 + 1 + 1);
      expect(clients).toBeLessThanOrEqual(inCall.clients + 2 + 1 + 2);
    });
  });

  test('a database that was looked at too long ago is looked at again before it is dumped', async () => {
    const names = ['a', 'b'].map(uniqueName);
    const { config } = await bench(lab);
    await withDatabases(lab, names, async () => {
      for (const name of names) await fill(lab, name);
      const databases = config(...names.map((name) => ({ name })));

      clock(0);
      const clients = inCall.clients + names.length;
      const dumpers = inCall.dumpers + names.length;
      expect(await startsOf(lab, () => backup(databases))).toEqual({ clients, dumpers });
      clock(10_000);
      expect(await startsOf(lab, () => backup(databases))).toEqual({ clients: clients + names.length, dumpers });
    });
  });

  test('a restore starts six clients for each database, and no dump program where there is nothing but tables', async () => {
    const names = ['a', 'b', 'c', 'd'].map((name) => uniqueName(`starts_${name}`));
    const { config } = await bench(lab);
    await withDatabases(lab, names, async () => {
      for (const name of names) await fill(lab, name);
      const databases = config(...names.map((name) => ({ name })));
      await backup(databases);
      for (const name of names) await sql(lab, name, 'DELETE FROM t');
      clock(0);

      const { clients, dumpers } = await startsOf(lab, () => restore(databases, { archive: 'latest' }));

      expect(dumpers).toBe(inCall.dumpers);
      // Beside the looks as above, foreign keys of all databases are asked for once.
      const most = inCall.clients + 1 + 2 + 1 + 2 + 6 * names.length;
      expect(clients).toBeGreaterThanOrEqual(most - 1);
      expect(clients).toBeLessThanOrEqual(most);
      for (const name of names) expect(await sql(lab, name, 'SELECT x FROM t')).toBe('1');
    });
  });
});
