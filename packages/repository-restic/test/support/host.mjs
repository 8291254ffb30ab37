// A program that backs up what its argument says, with the built packages; it says when the first bytes flow.
import { backup, defineHook, parseConfig, Type } from '@dumpstream/core';
import { restic } from '@dumpstream/repository-restic';

const files = defineHook({
  name: 'files',
  entry: Type.Object({ name: Type.String(), directory: Type.String(), dump: Type.String() }),
  dump: async ({ entry }, sink) => {
    await sink.from({ file: 'sh', args: ['-c', entry.dump, 'sh', `${entry.directory}/${entry.name}`] });
    return { format: 'bytes' };
  },
  restore: async () => {},
});

await backup(parseConfig(JSON.parse(process.argv[2] ?? ''), { hooks: [files], repositories: [restic()] }), {
  onEvent: ({ type }) => {
    if (type === 'database-progress') process.stdout.write(`${type}\n`);
  },
});
