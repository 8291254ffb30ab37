import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What is at and below a path on disk, by paths that begin with the one it is stored under. */
export interface Tree {
  readonly files: Map<string, Uint8Array>;
  readonly directories: string[];
}

/**
 * Reads files and directories; of anything else, and of what `leaveOut` says, nothing is stored.
 * @param onUnreadable told of what could not be read, which is left out
 */
export async function readTree(
  path: string,
  stored: string,
  into: Tree,
  onUnreadable: (path: string, error: Error) => void,
  leaveOut: (path: string) => boolean = () => false,
): Promise<void> {
  if (leaveOut(path)) return;
  try {
    const stats = await lstat(path);
    if (stats.isFile()) into.files.set(stored, await readFile(path));
    if (!stats.isDirectory()) return;
    into.directories.push(stored);
    for (const name of (await readdir(path)).sort()) {
      await readTree(join(path, name), `${stored}/${name}`, into, onUnreadable, leaveOut);
    }
  } catch (error) {
    onUnreadable(path, error as Error);
  }
}

/** Writes what lies below a stored path into a directory; what lies at it, under its own name. */
export async function writeTree(tree: Readonly<Tree>, stored: string, destination: string): Promise<void> {
  const below = (path: string) => (path.startsWith(`${stored}/`) ? path.slice(stored.length + 1) : undefined);
  for (const path of tree.directories) {
    const name = below(path);
    if (name !== undefined) await mkdir(join(destination, name), { recursive: true });
  }
  for (const [path, content] of tree.files) {
    const name = path === stored ? basename(path) : below(path);
    if (name === undefined) continue;
    await mkdir(dirname(join(destination, name)), { recursive: true });
    await writeFile(join(destination, name), content);
  }
}
