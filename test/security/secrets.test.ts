import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { backup, type Event, initRepository, listArchives, loadConfig, restore } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';
import { expect, test } from '@jest/globals';
import { mariadb as mariadbQuery, psql, servers, tempDir, uniqueName } from '../support/servers.ts';
import { attempt, watching } from '../support/sightings.ts';

/** Files that others may read, below a directory. */
function readableByOthers(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => attempt(() => String((statSync(path).mode & 0o004) !== 0 && statSync(path).isFile())) === 'true');
}

test('no secret is seen in a process that does not need it, in a file, or in anything that comes out', async () => {
  const directory = await tempDir();
  const [name, user] = [uniqueName('secrets'), uniqueName('joe')];
  const secret = (what: string) => `${what}-${randomBytes(9).toString('hex')}`;
  const secrets = { passphrase: secret('phrase'), postgres: secret('pg'), mariadb: secret('my') };
  const pg = servers.postgres;
  const my = servers.mariadb;
  const file = join(directory, 'backup.yaml');
  await writeFile(
    file,
    JSON.stringify({
      repositories: [join(directory, 'repository')],
      borgmatic_source_directory: join(directory, 'runs'),
      encryption_passphrase: secrets.passphrase,
      postgresql_databases: [
        { name, hostname: pg.host, port: pg.port, username: user, password: secrets.postgres },
        {
          name,
          label: 'plain',
          format: 'plain',
          hostname: pg.host,
          port: pg.port,
          username: user,
          password: secrets.postgres,
        },
      ],
      mariadb_databases: [{ name, hostname: my.host, port: my.port, username: user, password: secrets.mariadb }],
    }),
    { mode: 0o600 },
  );
  await psql('postgres', `create role ${user} superuser login password '${secrets.postgres}'`);
  await psql('postgres', `create database ${name} owner ${user}`);
  await mariadbQuery(
    '',
    `create database ${name}; create user ${user} identified by '${secrets.mariadb}'; grant all on *.* to ${user} with grant option`,
  );
  try {
    await psql(name, `create table t as select g, repeat('x', 100) from generate_series(1, 50000) g`);
    await mariadbQuery(name, `create table t as select seq, repeat('x', 100) from seq_1_to_50000`);
    const config = await loadConfig(file, { hooks: [postgresql(), mariadb()] });
    const outputs: unknown[] = [config];
    const onEvent = (event: Event) => outputs.push(event);

    const { seen, looks } = await watching(secrets, async () => {
      await initRepository(config, { encryption: 'repokey-blake2' });
      outputs.push(await backup(config, { onEvent }));
      outputs.push(await listArchives(config));
      for (const databases of [[{ label: 'plain' }], [{ hook: 'mariadb_databases' }]]) {
        outputs.push(await restore(config, { archive: 'latest', databases, onEvent }));
      }
      // Failures tell no more than successes.
      outputs.push(
        await backup(config, { onEvent, signal: AbortSignal.timeout(700) }).catch((error: unknown) => error),
      );
      outputs.push(
        await restore(config, { archive: 'latest', databases: ['nothing'] }).catch((error: unknown) => error),
      );
      const wrong = { to: { password: secrets.passphrase }, databases: [{ label: 'plain' }] };
      outputs.push(await restore(config, { archive: 'latest', ...wrong, onEvent }).catch((error: unknown) => error));
    });

    const clients = /^(psql|pg_dump|pg_restore|perl|mariadb|mariadb-dump|setpriv|node)$/;
    expect(looks()).toBeGreaterThan(100);
    expect(seen.filter(({ where }) => where === 'cmdline')).toEqual([]);
    expect(seen.filter(({ program }) => !clients.test(program) && program !== '')).toEqual([]);
    // Each client has the password of its own database; setpriv becomes it. The last call used the passphrase as a password.
    const ofClients = (pattern: RegExp) =>
      new Set(seen.filter(({ program }) => pattern.test(program)).map((each) => each.secret));
    expect(ofClients(/^mariadb/)).toEqual(new Set(['mariadb']));
    expect(ofClients(/^pg_dump/)).toEqual(new Set(['postgres']));
    for (const output of outputs) {
      for (const text of [JSON.stringify(output), inspect(output, { depth: 9 }), String((output as Error)?.stack)]) {
        for (const value of Object.values(secrets)) expect(text).not.toContain(value);
      }
    }
    for (const path of readableByOthers(directory)) {
      const content = attempt(() => readFileSync(path, 'latin1'));
      for (const value of Object.values(secrets)) expect(content).not.toContain(value);
    }
  } finally {
    await psql('postgres', `drop database if exists ${name} with (force)`);
    await psql('postgres', `drop role ${user}`);
    await mariadbQuery('', `drop database ${name}; drop user ${user}`);
  }
}, 120_000);
