// host.mjs VERB CONFIGURATION OPTIONS: a program that uses the library, and tells what that has cost it.
import { readFileSync } from 'node:fs';
import { backup, listArchives, loadConfig, restore } from '@dumpstream/core';
import { mariadb, mysql } from '@dumpstream/hooks-mysql';
import { postgresql } from '@dumpstream/hooks-postgres';

const [verb, file = '', options = '{}'] = process.argv.slice(2);
const { engine, times = 1, concurrency } = JSON.parse(options);
const repositories = engine === 'restic' ? [(await import('@dumpstream/repository-restic')).restic()] : [];
const began = performance.now();
const config = await loadConfig(file, { hooks: [postgresql(), mysql(), mariadb()], repositories });
let archives = 0;
for (let done = 0; done < times; done++) {
  if (verb === 'backup') await backup(config, { concurrency });
  else if (verb === 'restore') await restore(config, { archive: 'latest' });
  else archives = (await listArchives(config)).filter(({ databases }) => databases.length > 0).length;
}
const callSeconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage();
const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'));
const told = { callSeconds, cpuSeconds: (user + system) / 1e6, peakBytes: Number(peak?.[1]) * 1024, archives };
process.stdout.write(JSON.stringify(told));
