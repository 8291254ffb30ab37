import type { Command } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import type { FamilyName } from './families.ts';
import type { Program } from './programs.ts';

/** Where an entry's server is, as arguments for a program of its family. The password goes by the environment. */
export function connectionArgs(
  { family, optionFiles }: Pick<Program, 'family' | 'optionFiles'>,
  entry: Entry,
): string[] {
  return [
    // Only as the first argument.
    ...(optionFiles ? [] : ['--no-defaults']),
    ...whereArgs(entry),
    ...given('--user', entry.username),
    ...tlsArgs(family, entry),
    '--default-character-set=utf8mb4',
  ];
}

function whereArgs({ hostname, port, socket_path }: Entry): string[] {
  if (socket_path !== undefined) return ['--protocol=socket', `--socket=${socket_path}`];
  const tcp = hostname !== undefined || port !== undefined;
  return [...(tcp ? ['--protocol=tcp'] : []), ...given('--host', hostname), ...given('--port', port)];
}

/** That the server's certificate is the right one can be seen only by an authority that is known here. */
function tlsArgs(family: FamilyName, { tls, tls_ca, tls_cert, tls_key }: Entry): string[] {
  const files = [...given('--ssl-ca', tls_ca), ...given('--ssl-cert', tls_cert), ...given('--ssl-key', tls_key)];
  if (tls === undefined && files.length === 0) return [];
  if (tls === false) return [family === 'mysql' ? '--ssl-mode=DISABLED' : '--skip-ssl'];
  const verified = tls_ca !== undefined;
  if (family === 'mysql') return [`--ssl-mode=${verified ? 'VERIFY_IDENTITY' : 'REQUIRED'}`, ...files];
  return ['--ssl', ...(verified ? ['--ssl-verify-server-cert'] : []), ...files];
}

function given(option: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${option}=${value}`];
}

export function connectionEnv(entry: Entry, optionFiles = true): NonNullable<Command['env']> {
  return {
    ...(entry.password === undefined ? {} : { MYSQL_PWD: entry.password }),
    // Read even with --no-defaults.
    ...(optionFiles ? {} : { MYSQL_TEST_LOGIN_FILE: '/nonexistent' }),
  };
}
