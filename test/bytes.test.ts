import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, initRepository, parseConfig } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { mariadb as mariadbQuery, psql, servers, tempDir, uniqueName } from './support/servers.ts';

/** Puts programs first on PATH that note how they were called, and then become the real ones. */
function recorded(directory: string, programs: readonly string[]) {
  const before = process.env.PATH ?? '';
  for (const program of programs) {
    const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    const log = join(directory, `${program}.calls`);
    // NUL-separated words of each call, and an empty word after the last.
    const script = `#!/bin/sh\nprintf '%s\\0' "$@" '' >> '${log}'\nexec '${real}' "$@"\n`;
    writeFileSync(join(directory, program), script);
    chmodSync(join(directory, program), 0o755);
  }
  process.env.PATH = `${directory}:${before}`;
  return {
    calls: (program: string) =>
      readFileSync(join(directory, `${program}.calls`), 'utf8')
        .split('\0\0')
        .filter((call) => call !== '')
        .map((call) => call.split('\0')),
    end: () => {
      process.env.PATH = before;
    },
  };
}

test('the bytes that are reported are those in the archive, and those that the same commands give by hand', async () => {
  const directory = await tempDir();
  const repository = join(directory, 'repository');
  const [one, two] = [uniqueName('bytes'), uniqueName('bytes')];
  const pg = servers.postgres;
  const my = servers.mariadb;
  const connection = { hostname: pg.host, port: pg.port, username: pg.user, password: pg.password };
  const config = parseConfig(
    {
      repositories: [repository],
      borgmatic_source_directory: join(directory, 'runs'),
      postgresql_databases: [
        { name: one, label: 'custom', ...connection },
        { name: one, label: 'plain', format: 'plain', ...connection },
        { name: one, label: 'tar', format: 'tar', ...connection },
      ],
      mariadb_databases: [{ name: two, hostname: my.host, port: my.port, username: my.user, password: my.password }],
    },
    { hooks: [postgresql(), mariadb()] },
  );
  await psql('postgres', `create database ${one}`);
  await mariadbQuery('', `create database ${two}`);
  const record = recorded(directory, ['pg_dump', 'mariadb-dump']);
  try {
    await psql(
      one,
      `create table t as select g, repeat('ü', g % 50) from generate_series(1, 20000) g; create view v as table t`,
    );
    await mariadbQuery(
      two,
      `create table t as select seq, repeat('ü', seq % 50) from seq_1_to_20000; create view v as select * from t`,
    );
    await initRepository(config, { encryption: 'none' });

    const report = await backup(config);

    const stored = new Map(
      execFileSync('borg', ['list', '--json-lines', `${repository}::${report.repositories[0]?.archive}`], {
        encoding: 'utf8',
      })
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .map(({ path, size }) => [path, size]),
    );
    const manifest = JSON.parse(
      execFileSync(
        'borg',
        ['extract', '--stdout', `${repository}::${report.repositories[0]?.archive}`, 'dumpstream/manifest.json'],
        {
          encoding: 'utf8',
        },
      ),
    );
    const byHand = (program: string, args: readonly string[], secret: Record<string, string>) =>
      execFileSync(program, args, { env: { ...process.env, ...secret }, maxBuffer: 1 << 28 }).length;
    // They are begun together, whichever comes first.
    const pgBytes = report.databases.slice(0, -1).map(({ format }) => {
      const args = record.calls('pg_dump').find((call) => call.some((arg) => arg === `--format=${format}`));
      return byHand('pg_dump', args ?? [], { PGPASSWORD: pg.password });
    });
    const tables = record
      .calls('mariadb-dump')
      .find((args) => args.some((arg) => arg.includes('--single-transaction')) && !args.includes('--no-data'));
    const definitions = Number(manifest.databases.at(-1).meta.definitionsBytes);
    const myBytes = byHand('mariadb-dump', tables ?? [], { MYSQL_PWD: my.password }) + definitions;

    expect(definitions).toBeGreaterThan(0);
    expect(report.databases.map(({ bytes }) => bytes)).toEqual([...pgBytes, myBytes]);
    expect(report.databases.map(({ bytes }) => bytes)).toEqual(
      manifest.databases.map(({ path }: { path: string }) => stored.get(path)),
    );
    for (const { bytes } of report.databases) expect(bytes).toBeGreaterThan(500_000);
  } finally {
    record.end();
    await psql('postgres', `drop database ${one} with (force)`);
    await mariadbQuery('', `drop database ${two}`);
  }
});
