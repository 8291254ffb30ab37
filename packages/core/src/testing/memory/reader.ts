import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { type ArchiveReader, BackupError, type ItemReader, type RepositoryContext } from '@dumpstream/core';
import { makePipe } from '../pipe.ts';
import { type Faults, happen } from './faults.ts';
import { type Pace, paced } from './pace.ts';
import type { MemoryArchive } from './store.ts';
import { writeTree } from './tree.ts';

const chunkBytes = 65_536;

export function memoryReader(
  archive: MemoryArchive,
  context: RepositoryContext,
  { faults, pace }: { readonly faults: Faults; readonly pace: Pace | undefined },
): ArchiveReader {
  const sizeBelow = (path: string): number => {
    const found = [...archive.files].filter(([file]) => file === path || file.startsWith(`${path}/`));
    if (found.length === 0 && !archive.directories.includes(path)) throw missing(archive, path);
    return found.reduce((sum, [, { length }]) => sum + length, 0);
  };
  return {
    together: true,
    entries: async () => [
      ...archive.directories.map((path) => ({ path, type: 'directory' as const, bytes: 0, whole: true })),
      ...[...archive.files].map(([path, { length }]) => ({ path, type: 'file' as const, bytes: length, whole: true })),
    ],
    file: async (path) => {
      const content = archive.files.get(path);
      return content === undefined ? undefined : Buffer.from(content).toString('utf8');
    },
    stream: async (...paths) => {
      const absent = paths.find((path) => !archive.files.has(path));
      if (absent !== undefined) throw missing(archive, absent);
      const contents = [...archive.files].filter(([path]) => paths.includes(path)).map(([, content]) => content);
      return give(Buffer.concat(contents), context, faults, pace);
    },
    verify: async (...paths) => {
      const bytes = paths.reduce((sum, path) => sum + sizeBelow(path), 0);
      await faults.meet('give', context.signal, bytes);
    },
    directory: async (path, destination) => {
      await faults.meet('give', context.signal, sizeBelow(path));
      await writeTree({ files: new Map(archive.files), directories: [...archive.directories] }, path, destination);
    },
  };
}

async function give(
  content: Uint8Array,
  context: RepositoryContext,
  faults: Faults,
  pace: Pace | undefined,
): Promise<ItemReader> {
  const pipe = await makePipe(context.directory);
  const socket = new Socket({ fd: pipe.write, readable: false, writable: true });
  socket.on('error', () => {}); // each write tells of its own
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const over = new AbortController();
  const rest = paced(pace);
  let given = 0;

  const deliver = async (): Promise<void> => {
    for (;;) {
      const fault = faults.due('give', given);
      if (fault !== undefined) await happen(fault, AbortSignal.any([over.signal, context.signal]));
      if (given === content.length) break;
      const chunk = content.subarray(given, given + Math.min(chunkBytes, pace?.bytes ?? chunkBytes));
      await write(socket, chunk);
      given += chunk.length;
      await rest(chunk.length);
    }
    socket.destroy(); // from here on its end is seen
  };
  const whole = deliver();
  whole.catch(() => {}); // whoever waits for it gets it
  let closing: Promise<void> | undefined;
  const close = async () => {
    over.abort(new BackupError('REPOSITORY_FAILED', 'the item was closed before its end'));
    socket.destroy();
    await closed;
    closeSync(pipe.read);
  };
  return {
    fd: pipe.read,
    bytes: () => given,
    whole,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function write(socket: Socket, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function missing(archive: MemoryArchive, path: string): BackupError {
  return new BackupError('REPOSITORY_FAILED', `the archive ${archive.name} has no ${path}`);
}
