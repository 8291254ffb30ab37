import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { folders } from './on-path.ts';

/**
 * Runs work as on a machine where these commands are not installed, and every other is: `PATH` leads to links to those. Not
 * for work that others do at the same time in the same process.
 */
export async function withoutCommands<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  const directory = await mkdtemp(join(tmpdir(), 'dumpstream-without-'));
  try {
    const path = folders(before).map((folder, index) =>
      names.some((name) => existsSync(join(folder, name)))
        ? linksTo(folder, names, join(directory, String(index)))
        : folder,
    );
    process.env.PATH = (await Promise.all(path)).join(delimiter);
    return await work();
  } finally {
    if (before === undefined) delete process.env.PATH;
    else process.env.PATH = before;
    await rm(directory, { recursive: true, force: true });
  }
}

async function linksTo(folder: string, leftOut: readonly string[], directory: string): Promise<string> {
  await mkdir(directory);
  const kept = (await readdir(folder)).filter((name) => !leftOut.includes(name));
  await Promise.all(kept.map((name) => symlink(resolve(folder, name), join(directory, name))));
  return directory;
}
