// A program that backs up what its first argument says, with the engines of the modules that the others name, all of them built; it says
// when the first bytes flow.
import { backup, defineHook, parseConfig, Type } from '@dumpstream/core';

const files = defineHook({
  name: 'files',
  entry: Type.Object({ name: Type.String(), directory: Type.String(), dump: Type.String() }),
  dump: async ({ entry }, sink) => {
    await sink.from({ file: 'sh', args: ['-c', entry.dump, 'sh', `${entry.directory}/${entry.name}`] });
    return { format: 'bytes' };
  },
  restore: async () => {},
});

const [config = '', ...modules] = process.argv.slice(2);
const engines = await Promise.all(modules.map((module) => import(module)));
const repositories = engines.flatMap((module) => Object.values(module).map((engine) => engine()));

await backup(parseConfig(JSON.parse(config), { hooks: [files], repositories }), {
  onEvent: ({ type }) => {
    if (type === 'database-progress') process.stdout.write(`${type}\n`);
  },
});
