import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, restore } from '@dumpstream/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeServerFile } from '../../../scripts/servers/daemon.mjs';
import { psqlOf, tempDir } from '../../../test/support/servers.ts';
import { bench } from './support/bench.ts';
import { type OwnServer, startOwnServer } from './support/own-server.ts';

describe('a server that takes TLS and certificates of its clients only', () => {
  let server: OwnServer;
  let ca: string;
  let other: string;
  let revoked: Record<'nothing' | 'server', string>;
  let certificates: Record<'ssl_cert' | 'ssl_key', string>;

  beforeAll(async () => {
    const directory = await tempDir();
    const at = (name: string) => join(directory, name);
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
    const authority = (name: string) =>
      openssl(
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
        ...['-keyout', `${name}.key`, '-out', `${name}.crt`],
      );
    const signed = (name: string, extension: string) => {
      writeFileSync(at(`${name}.ext`), extension);
      openssl(
        'req',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      );
      openssl(
        ...['x509', '-req', '-days', '2', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-extfile', `${name}.ext`, '-out', `${name}.crt`],
      );
    };
    authority('ca');
    authority('other');
    signed('server', 'subjectAltName=IP:127.0.0.1');
    signed('postgres', '');
    [ca, other] = [at('ca.crt'), at('other.crt')];
    writeFileSync(at('ca.index'), '');
    writeFileSync(
      at('ca.cnf'),
      '[ca]\ndefault_ca=own\n[own]\ndatabase=ca.index\ndefault_md=sha256\ndefault_crl_days=2\ncertificate=ca.crt\nprivate_key=ca.key\n',
    );
    openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'none.crl');
    openssl('ca', '-config', 'ca.cnf', '-revoke', 'server.crt');
    openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'server.crl');
    revoked = { nothing: at('none.crl'), server: at('server.crl') };
    certificates = { ssl_cert: at('postgres.crt'), ssl_key: at('postgres.key') };
    server = await startOwnServer({
      settings: { ssl: 'on', ssl_ca_file: 'ca.crt' },
      setUp: (data) => {
        for (const [name, source] of Object.entries({
          'server.crt': 'server.crt',
          'server.key': 'server.key',
          'ca.crt': 'ca.crt',
        }))
          makeServerFile(join(data, name), readFileSync(at(source), 'utf8'));
        const rules =
          'local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n';
        writeFileSync(join(data, 'pg_hba.conf'), rules);
      },
    });
    const inside = psqlOf({ ...server.entry, host: server.socketDirectory, user: 'postgres' });
    await inside('postgres', 'create database users');
    await inside('users', 'create table t as select 1 as n');
  }, 120_000);
  afterAll(() => server?.stop());

  test('is dumped and restored over a connection whose certificates are checked on both sides', async () => {
    const { config } = await bench();
    const checked = { ssl_mode: 'verify-full', ssl_root_cert: ca, ssl_crl: revoked.nothing };
    const entry = { ...server.entry, name: 'users', ...checked, ...certificates };
    await backup(config({ ...entry, format: 'directory' }));
    const report = await restore(config(entry), { archive: 'latest' });
    expect(report.databases).toMatchObject([{ status: 'ok' }]);
  });

  test.each([
    ['without TLS', () => ({ ssl_mode: 'disable' }), /ssl_mode/],
    ['without a certificate', () => ({ ssl_mode: 'require' }), /ssl_cert/],
    [
      'that trusts somebody else',
      () => ({ ssl_mode: 'verify-ca', ssl_root_cert: other, ...certificates }),
      /ssl_root_cert/,
    ],
    [
      'that hears that the server’s certificate is revoked',
      () => ({ ssl_mode: 'verify-ca', ssl_root_cert: ca, ssl_crl: revoked.server, ...certificates }),
      /revoked in `ssl_crl`/,
    ],
    ['whose files are not there', () => ({ ssl_mode: 'verify-ca', ssl_root_cert: '/nowhere' }), /ssl_root_cert/],
  ])('refuses a client %s, which is said with the way out', async (_, keys, hint) => {
    const { config } = await bench();
    await expect(backup(config({ ...server.entry, name: 'users', ...keys() }))).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      hint: expect.stringMatching(hint),
    });
  });
});

describe('a server with TCP turned off', () => {
  let server: OwnServer;
  beforeAll(async () => {
    server = await startOwnServer({ settings: { listen_addresses: '' } });
  });
  afterAll(() => server?.stop());

  test('is reached by its socket, whatever the host name says', async () => {
    const { config } = await bench();
    const { port, username, password } = server.entry;
    const own = psqlOf({ host: server.socketDirectory, port, user: username, password });
    await own('postgres', 'create database users');
    await own('users', 'create table t as select 1 as n');
    const entry = { name: 'all', port, username, password, socket_path: server.socketDirectory };

    await backup(config({ ...entry, hostname: 'db.invalid' }));
    await own('users', 'drop table t');
    const report = await restore(config({ ...entry, hostname: 'db.invalid' }), { archive: 'latest' });

    expect(report.databases.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'all ok',
      'postgres ok',
      'users ok',
    ]);
    expect(await own('users', 'table t')).toBe('1');
  });

  test.each(['var/run', '', 'C:\\x'])('is not looked for at a socket path such as %j', async (socket_path) => {
    const { config } = await bench();
    expect(() => config({ name: 'users', socket_path })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('socket_path') }),
    );
  });
});
