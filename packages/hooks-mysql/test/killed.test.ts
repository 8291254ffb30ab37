import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { backup, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { uniqueName } from '../../../test/support/servers.ts';
import { pidsNaming } from '../../core/test/support/workbench.ts';
import { scratchOf } from '../src/scratch.ts';
import { inOnePiece } from '../src/sql.ts';
import { bench } from './support/bench.ts';
import { until } from './support/held-table.ts';
import { onEachServer, picture, sql } from './support/lab.ts';
import { scratchDatabases, withDatabases } from './support/scratch-database.ts';

const rounds = 6;
const many = Array.from({ length: 10 }, (_, index) => index);

const tables = many
  .map(
    (n) =>
      `CREATE TABLE t${n} (state VARCHAR(9), n INT AUTO_INCREMENT PRIMARY KEY); INSERT INTO t${n} (state) VALUES ('archived');`,
  )
  .join('\n');

/** Rows, views, triggers, routines and events that all say the same. */
function saying(state: string): string {
  const programs = many.map(
    (n) => `DROP TRIGGER IF EXISTS g${n};; DROP VIEW IF EXISTS v${n};; UPDATE t${n} SET state = '${state}';;
      CREATE TRIGGER g${n} BEFORE INSERT ON t${n} FOR EACH ROW BEGIN SET NEW.state = '${state}'; END;;
      CREATE VIEW v${n} AS SELECT '${state}' AS said, state FROM t${n};;`,
  );
  return `DELIMITER ;;
    ${programs.join('\n')}
    DROP FUNCTION IF EXISTS f;; CREATE FUNCTION f() RETURNS VARCHAR(9) DETERMINISTIC BEGIN RETURN '${state}'; END;;
    DROP EVENT IF EXISTS e;; CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2035-01-01 00:00:00' DO BEGIN SET @said = '${state}'; END;;`;
}

onEachServer((lab) => {
  test('the server ends what it was given in one piece, though the client is killed', async () => {
    const name = uniqueName('piece');
    const { hostname, port, username, password } = lab.connection;
    const args = [
      '--no-defaults',
      '--comments',
      '--protocol=tcp',
      `--host=${hostname}`,
      `--port=${port}`,
      `--user=${username}`,
    ];
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT)');
      const client = spawn(lab.client, args, { env: { ...process.env, MYSQL_PWD: password } });
      const insert = `INSERT INTO ${name}.t VALUES (1);\n`;
      client.stdin.end(inOnePiece(`DO SLEEP(5) /* ${name} */;\n${insert}DO SLEEP(0.1);\n${insert}`));
      const running = `SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%${name}%'`;
      await until(async () => (await sql(lab, '', running)) === '1');
      client.kill('SIGKILL');
      await until(async () => (await sql(lab, name, 'SELECT COUNT(*) FROM t')) === '2');
    });
  });

  test('a host that is killed at any moment of a restore leaves the database as it was or wholly restored', async () => {
    const name = uniqueName('killed');
    const { config, plain } = await bench(lab);
    const { lock } = scratchOf(name, { caseSensitive: true });
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, tables);
      await sql(lab, name, saying('archived'));
      const archived = await picture(lab, name);
      await backup(config({ name }));
      await sql(lab, name, saying('later'));
      const start = performance.now();
      expect(await restoreInHost(plain({ name })).exited).toEqual([0, null]);
      const whole = performance.now() - start;
      expect(await picture(lab, name)).toBe(archived);
      const states = { old: 0, restored: 0 };

      for (let round = 1; round <= rounds; round += 1) {
        await sql(lab, name, saying(`round ${round}`));
        const old = await picture(lab, name);
        const host = restoreInHost(plain({ name }));
        await Promise.race([host.begun, host.exited]);
        await wait((whole * (round - 1 + Math.random())) / rounds);
        host.kill();
        await host.exited;
        // Its clients have gone, and the server ends what it has begun, and notices that.
        await until(async () => pidsNaming(lock).length === 0);
        await until(async () => (await sql(lab, '', `SELECT IS_USED_LOCK('${lock}') IS NULL`)) === '1');

        const state = await picture(lab, name);
        expect([old, archived]).toContain(state);
        states[state === archived ? 'restored' : 'old'] += 1;
      }
      expect(states.old).toBeGreaterThan(0);

      await restore(config({ name }), { archive: 'latest' });
      expect(await picture(lab, name)).toBe(archived);
      expect(await scratchDatabases(lab, name)).toEqual([]);
    });
  }, 600_000);
});

function restoreInHost(config: object) {
  const program = join(import.meta.dirname, 'support/restore-host.mjs');
  const host = spawn(process.execPath, [program, JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'inherit'] });
  return {
    begun: once(host.stdout, 'data'),
    exited: once(host, 'exit'),
    kill: () => void host.kill('SIGKILL'),
  };
}
