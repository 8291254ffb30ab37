import type { Command } from '@dumpstream/core';
import type { Entry } from './entry.ts';
import type { Program } from './programs.ts';

/** Where an entry's server is, as arguments that all clients understand. The password goes by the environment. */
export function connectionArgs({ optionFiles }: Pick<Program, 'optionFiles'>, entry: Entry): string[] {
  const tcp = entry.hostname !== undefined || entry.port !== undefined;
  return [
    // Only as the first argument.
    ...(optionFiles ? [] : ['--no-defaults']),
    ...(tcp ? ['--protocol=tcp'] : []),
    ...(entry.hostname === undefined ? [] : [`--host=${entry.hostname}`]),
    ...(entry.port === undefined ? [] : [`--port=${entry.port}`]),
    ...(entry.username === undefined ? [] : [`--user=${entry.username}`]),
    '--default-character-set=utf8mb4',
  ];
}

export function connectionEnv(entry: Entry, optionFiles = true): NonNullable<Command['env']> {
  return {
    ...(entry.password === undefined ? {} : { MYSQL_PWD: entry.password }),
    // Read even with --no-defaults.
    ...(optionFiles ? {} : { MYSQL_TEST_LOGIN_FILE: '/nonexistent' }),
  };
}
