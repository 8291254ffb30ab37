// A program that backs up or restores what its standard input says.
import { text } from 'node:stream/consumers';
import { backup, parseConfig, restore } from '@dumpstream/core';
import { mariadb } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';

const { verb, config: plain, databases, section, options } = JSON.parse(await text(process.stdin));
const config = parseConfig(plain, { hooks: [section === 'mariadb_databases' ? mariadb() : postgresql()] });
if (verb === 'backup') await backup(config, options);
else await restore(config, { ...options, archive: 'latest', databases });
