import { join } from 'node:path';
import { type Command, type DatabaseHook, defineHook, Type } from '@dumpstream/core';

/** A database system as small as can be: a directory, whose databases are the files in it. */
export function filesHook(overrides: Partial<DatabaseHook> = {}): DatabaseHook {
  const hook = defineHook({
    name: 'files',
    entry: Type.Object({
      name: Type.String(),
      hostname: Type.Optional(Type.String()),
      port: Type.Optional(Type.Integer()),
      password: Type.Optional(Type.String({ writeOnly: true })),
      directory: Type.String(),
      /** Shell text in place of `cat FILE`, for dumps that go wrong. */
      dump: Type.Optional(Type.String()),
      /** The same in place of a `dd` into the file. */
      restore: Type.Optional(Type.String()),
    }),
    dump: async ({ entry }, sink) => {
      const file = join(entry.directory, entry.name);
      await sink.from(entry.dump === undefined ? { file: 'cat', args: ['--', file] } : shell(entry.dump, file));
      return { format: 'bytes' };
    },
    restore: async ({ entry }, source) => {
      const file = join(entry.directory, entry.name);
      const dd: Command = { file: 'dd', args: [`of=${file}`, 'bs=256k', 'status=none'] };
      await source.into(entry.restore === undefined ? dd : shell(entry.restore, file));
    },
  });
  return { ...hook, ...overrides };
}

function shell(text: string, file: string): Command {
  return { file: 'sh', args: ['-c', text, 'sh', file] };
}
