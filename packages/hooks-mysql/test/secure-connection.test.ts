import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { backup, restore } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { checkByHand, dumpByHand, restoreByHand } from './support/by-hand.ts';
import { onEachServer, sql } from './support/lab.ts';
import { withOwnServer } from './support/own-server.ts';
import { withDatabases } from './support/scratch-database.ts';

const run = promisify(execFile);

async function makeCertificates(directory: string): Promise<void> {
  const at = (file: string) => join(directory, file);
  const days = ['-days', '2', '-nodes', '-newkey', 'rsa:2048'];
  for (const authority of ['ca', 'stranger']) {
    await run('openssl', [
      'req',
      '-x509',
      ...days,
      '-subj',
      `/CN=${authority}`,
      '-keyout',
      at(`${authority}.key`),
      '-out',
      at(`${authority}.pem`),
    ]);
  }
  for (const [name, subject] of [
    ['server', '/CN=localhost'],
    ['client', '/CN=client'],
  ] as const) {
    await run('openssl', [
      'req',
      ...days.slice(2),
      '-subj',
      subject,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.csr`),
    ]);
    const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
    await run('openssl', ['x509', '-req', '-in', at(`${name}.csr`), ...signing, '-out', at(`${name}.pem`)]);
  }
  await run('chmod', ['-R', 'a+rX', directory]);
  await Promise.all(['ca', 'server', 'client'].map((name) => chmod(at(`${name}.key`), 0o644)));
}

test('a server that wants TLS gets it, and is asked who it is where an authority is given', async () => {
  const tls = [
    '--ssl-ca={}/ca.pem',
    '--ssl-cert={}/server.pem',
    '--ssl-key={}/server.key',
    '--require-secure-transport=ON',
  ];
  await withOwnServer(
    tls,
    async ({ connection, directory, hook }) => {
      const entry = { ...connection, hostname: 'localhost', name: 'mysql' };
      const check = (more: object) => checkByHand(hook(), { ...entry, ...more });
      await expect(check({ tls: false })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      await expect(check({ tls: true })).resolves.toBeDefined();
      await expect(check({ tls_ca: join(directory, 'ca.pem') })).resolves.toBeDefined();
      await expect(check({ tls: true, tls_ca: join(directory, 'stranger.pem') })).rejects.toMatchObject({
        code: 'CONNECTION_FAILED',
      });
      const file = join(await tempDir(), 'dump.sql');
      const own = { tls_cert: join(directory, 'client.pem'), tls_key: join(directory, 'client.key') };
      expect(await dumpByHand(hook(), { ...entry, tls_ca: join(directory, 'ca.pem'), ...own }, file)).toMatchObject({
        format: 'sql',
      });
    },
    makeCertificates,
  );
});

test('a server without TCP is reached by its socket', async () => {
  await withOwnServer(['--skip-networking'], async ({ connection, socketPath }) => {
    const { username, password } = connection;
    const file = join(await tempDir(), 'dump.sql');
    const entry = { username, password, socket_path: socketPath, hostname: 'ignored.example', name: 'x' };
    const globals = { ...entry, name: 'all' };
    const meta = await dumpByHand(mariadb(), globals, file, { kind: 'globals' });
    await restoreByHand(mariadb(), 'all', globals, file, meta, { kind: 'globals' });
    await expect(checkByHand(mariadb(), entry)).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
    const tcp = checkByHand(mariadb(), { ...connection, name: 'x' });
    await expect(tcp).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });
});

test('a restore that is sent to a port by a socket is refused, and the live database stays', async () => {
  await withOwnServer([], async (server) => {
    const { username, password } = server.connection;
    const bySocket = { username, password, socket_path: server.socketPath };
    const { config } = await bench({ ...server, connection: bySocket as never });
    await withDatabases(server, ['x'], async () => {
      await sql(server, 'x', 'CREATE TABLE t (x INT)');
      await backup(config({ name: 'x' }));
      await sql(server, 'x', 'INSERT INTO t VALUES (1)');
      for (const [entry, to] of [
        [{ name: 'x' }, { port: 3307 }],
        [{ name: 'x', restore_port: 3307 }, {}],
      ] as const) {
        await expect(restore(config(entry), { archive: 'latest', to })).rejects.toMatchObject({
          code: 'CONFIG_INVALID',
          hint: expect.stringContaining('hostname'),
        });
      }
      expect(await sql(server, 'x', 'SELECT COUNT(*) FROM t')).toBe('1');
      await restore(config({ name: 'x' }), { archive: 'latest' });
      expect(await sql(server, 'x', 'SELECT COUNT(*) FROM t')).toBe('0');
    });
  });
});

onEachServer((lab) => {
  if (lab.title === 'MariaDB') return;
  test('Oracle’s own TLS can be asked for, and turned off', async () => {
    const name = uniqueName('tls');
    await withDatabases(lab, [name], async () => {
      const check = (more: object) => checkByHand(lab.hook(), { ...lab.connection, name, ...more });
      await expect(check({ tls: true })).resolves.toBeDefined();
      await expect(check({ tls_ca: '/nonexistent' })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      expect(await sql(lab, '', 'SELECT 1')).toBe('1');
    });
  });
});

test('while tables are dumped, writers wait where that is asked for, and no warning of unsteady engines is given', async () => {
  await withOwnServer([], async (lab) => {
    const name = uniqueName('locked');
    await withDatabases(lab, [name], async () => {
      await sql(
        lab,
        name,
        'CREATE SEQUENCE s; CREATE TABLE t (id INT DEFAULT NEXTVAL(s), x INT) ENGINE=MyISAM; INSERT INTO t (x) VALUES (1);',
      );
      await sql(lab, '', 'SET GLOBAL general_log = ON, GLOBAL log_output = "TABLE"');
      const entry = { ...lab.connection, name, lock_tables: true, tablespaces: true };
      expect(await checkByHand(lab.hook(), entry)).toMatchObject({ warnings: [] });
      const file = join(await tempDir(), 'dump.sql');
      const meta = await dumpByHand(lab.hook(), entry, file);
      expect(
        await sql(lab, '', "SELECT COUNT(*) > 0 FROM mysql.general_log WHERE argument LIKE 'LOCK TABLES%t%READ%'"),
      ).toBe('1');
      await sql(lab, name, 'DELETE FROM t');
      await restoreByHand(lab.hook(), name, entry, file, meta);
      expect(await sql(lab, name, 'SELECT x FROM t')).toBe('1');
    });
  });
});
