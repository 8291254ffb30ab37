import type { Meta } from '@dumpstream/core';

/** A script of one database, in whichever it is loaded into, and one that chooses its databases itself, and makes them. */
export type Format = 'sql' | 'sql-databases';

const begins = [
  /^-- (?:MariaDB|MySQL) dump /,
  /^\/\*M!999999\\- enable the sandbox mode \*\//,
  /^\/\*!40101 SET @OLD_/,
];

/**
 * A dump of mysqldump or mariadb-dump that was not made here, by its first bytes. The formats of such have to be told apart:
 * what chooses its databases itself would be loaded over the live ones.
 */
export function recognise(head: Uint8Array): Meta | undefined {
  const text = Buffer.from(head).toString('utf8').trimStart();
  if (!begins.some((begin) => begin.test(text))) return undefined;
  const client = /^-- (MariaDB|MySQL) dump .*?Distrib ([\d.]*\d)/m.exec(text);
  const server = /^-- Server version\t(\S+)$/m.exec(text)?.[1];
  const chosen = /^USE `((?:[^`]|``)+)`;$/m.exec(text)?.[1];
  const family = client === null ? undefined : /MariaDB/i.test(`${client[1]}${server}`) ? 'mariadb' : 'mysql';
  return {
    format: chosen === undefined ? 'sql' : 'sql-databases',
    ...(family === undefined ? {} : { clientFamily: family, clientVersion: client?.[2] ?? '' }),
    ...(server === undefined
      ? {}
      : { serverFamily: /mariadb/i.test(server) ? 'mariadb' : 'mysql', serverVersion: server }),
    ...(chosen === undefined ? {} : { firstDatabase: chosen.replaceAll('``', '`') }),
  };
}
