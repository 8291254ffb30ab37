import { isFile, isThere } from './archive-reader.ts';
import type { ArchiveInPlace } from './archives.ts';
import { readIndex } from './record.ts';
import { findDamage } from './unpacker.ts';

/**
 * What is wrong with an archive, a sentence each.
 * @param verifyData whether every byte is read, and not only sizes compared
 */
export async function checkArchive(
  { stored, directory, record, damage }: ArchiveInPlace,
  verifyData: boolean,
  repository: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const what = `the archive ${stored.name}`;
  if (record === undefined) return [`${what} cannot be read: ${damage}`];
  try {
    const files = (await readIndex(directory, record)).filter(isFile);
    if (verifyData) {
      const lines = await findDamage({ directory, files, what, repository }, signal);
      return lines.map((line) => `${what}: ${line}`);
    }
    const whole = await Promise.all(files.map((file) => isThere(directory, file)));
    return files.flatMap(({ path }, index) =>
      whole[index] ? [] : [`${what}: the file of ${path} is missing or cut short`],
    );
  } catch (error) {
    signal.throwIfAborted();
    return [`${what} cannot be read: ${(error as Error).message}`];
  }
}
