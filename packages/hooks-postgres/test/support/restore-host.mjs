// A program that restores what its argument says; it says when it begins.
import { parseConfig, restore } from '@dumpstream/core';
import { postgresql } from '@dumpstream/hooks-postgres';

const config = parseConfig(JSON.parse(process.argv[2] ?? ''), { hooks: [postgresql()] });
process.stdout.write('begun\n');
await restore(config, { archive: 'latest' });
