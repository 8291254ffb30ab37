import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a private file that is on the disk when the promise resolves. Its directory is for {@link syncDirectories}. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has the names in a directory, and in all below it, written to the disk. */
export async function syncDirectories(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncDirectories(join(path, entry.name));
  }
  await syncDirectory(path);
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    // Some network file systems know no such thing for directories, and do it at once.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await directory.close();
  }
}
