import type { Meta } from '@dumpstream/core';

const begins = [
  /^-- (?:MariaDB|MySQL) dump /,
  /^\/\*M?!999999\\- enable the sandbox mode \*\//,
  /^\/\*!40101 SET @OLD_/,
];

/**
 * A dump of mysqldump or mariadb-dump that was not made here, by its first bytes: `sql` goes into whichever database it is loaded into;
 * `sql-databases` makes its databases and chooses them itself, and would be loaded over the live ones.
 */
export function recognise(head: Uint8Array): Meta | undefined {
  const text = Buffer.from(head).toString('utf8').trimStart();
  if (!begins.some((begin) => begin.test(text))) return undefined;
  const client = /^-- (MariaDB|MySQL) dump .*?Distrib ([\d.]*\d)/m.exec(text);
  const server = /^-- Server version\t(\S+)$/m.exec(text)?.[1];
  const chosen = /^USE `((?:[^`]|``)+)`;$/m.exec(text)?.[1];
  const [, characterSet, collation = ''] =
    /^CREATE DATABASE .*DEFAULT CHARACTER SET (\w+)(?: COLLATE (\w+))?/m.exec(text) ?? [];
  const family = client === null ? undefined : /MariaDB/i.test(`${client[1]}${server}`) ? 'mariadb' : 'mysql';
  return {
    format: chosen === undefined ? 'sql' : 'sql-databases',
    ...(family === undefined ? {} : { clientFamily: family, clientVersion: client?.[2] ?? '' }),
    ...(server === undefined
      ? {}
      : { serverFamily: /mariadb/i.test(server) ? 'mariadb' : 'mysql', serverVersion: server }),
    ...(characterSet === undefined ? {} : { characterSet, collation }),
    ...(text.startsWith('/*!999999\\-') ? { sandboxCommand: 'yes' } : {}),
    ...(chosen === undefined ? {} : { firstDatabase: chosen.replaceAll('``', '`') }),
  };
}
