import { expect, test } from '@jest/globals';
import { recognise } from '../src/recognise.ts';

const sandbox = '/*M!999999\\- enable the sandbox mode */ \n';
const title =
  '-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)\n--\n-- Host: x    Database: a\n-- ------\n-- Server version\t10.11.19-MariaDB-0+deb12u1\n\n';
const settings = '/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n';
const chooses =
  'CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a``b` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n\nUSE `a``b`;\n';
const mysql =
  '-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)\n--\n-- Host: x    Database: \n-- ---\n-- Server version\t9.7.4-2\n';

const mariadbMeta = {
  clientFamily: 'mariadb',
  clientVersion: '10.11.19',
  serverFamily: 'mariadb',
  serverVersion: '10.11.19-MariaDB-0+deb12u1',
};
const mysqlMeta = { clientFamily: 'mysql', clientVersion: '9.7.4', serverFamily: 'mysql', serverVersion: '9.7.4-2' };

const chosen = { firstDatabase: 'a`b', characterSet: 'utf8mb4', collation: '' };

test.each([
  [sandbox + title + settings, { format: 'sql', ...mariadbMeta }],
  [sandbox.replace('M!', '!') + title + settings, { format: 'sql', ...mariadbMeta, sandboxCommand: 'yes' }],
  [title + settings + chooses, { format: 'sql-databases', ...chosen, ...mariadbMeta }],
  [mysql + settings, { format: 'sql', ...mysqlMeta }],
  [`${sandbox}\n${settings}${chooses}`, { format: 'sql-databases', ...chosen }],
  [`\n${settings}`, { format: 'sql' }],
  [
    `${settings}CREATE DATABASE \`x\` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_bin */;\n\nUSE \`x\`;\n`,
    { format: 'sql-databases', firstDatabase: 'x', characterSet: 'latin1', collation: 'latin1_bin' },
  ],
])('the dump that begins %j is known', (head, meta) => {
  expect(recognise(Buffer.from(head))).toEqual(meta);
});

test.each(['', 'PGDMP', '-- PostgreSQL database dump\n', 'SELECT 1;\n-- MySQL dump 10.13'])(
  '%j is no dump of this kind',
  (head) => {
    expect(recognise(Buffer.from(head))).toBeUndefined();
  },
);
