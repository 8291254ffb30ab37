import { stat } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { mariadb, psql, servers, tempDir, uniqueName } from './support/servers.ts';

test('both servers take orders from their superusers, in UTF-8', async () => {
  expect(await psql('postgres', "select current_setting('server_encoding'), 'ü🎉', current_user")).toBe(
    'UTF8|ü🎉|postgres',
  );
  expect(await mariadb('', "select @@character_set_server, 'ü🎉', current_user()")).toBe('utf8mb4\tü🎉\troot@%');
});

test('a statement that fails rejects with what the client said', async () => {
  await expect(psql('postgres', 'select nonsense')).rejects.toThrow('column "nonsense" does not exist');
  await expect(mariadb('', 'select nonsense')).rejects.toThrow("Unknown column 'nonsense'");
});

test('a password is asked for, on the socket too', async () => {
  const { host, port, socketDirectory } = servers.postgres;
  expect(await psql('postgres', 'select distinct auth_method from pg_hba_file_rules')).toBe('scram-sha-256');
  expect(
    await mariadb(
      '',
      "select count(*) from mysql.global_priv where json_value(Priv, '$.authentication_string') = '' and User <> 'mariadb.sys'",
    ),
  ).toBe('0');
  expect((await stat(`${socketDirectory}/.s.PGSQL.${port}`)).isSocket()).toBe(true);
  expect((await stat(servers.mariadb.socketPath)).isSocket()).toBe(true);
  expect(host).toBe('127.0.0.1');
});

test('a scratch directory is private and a name is unique', async () => {
  expect((await stat(await tempDir())).mode & 0o777).toBe(0o700);
  expect(uniqueName('a')).not.toBe(uniqueName('a'));
});
