// A program that restores what its first argument says; it says when it begins.
import { parseConfig, restore } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';

const config = parseConfig(JSON.parse(process.argv[2] ?? ''), { hooks: [mysql(), mariadb()] });
process.stdout.write('begun\n');
await restore(config, { archive: 'latest' });
