import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Every file below a directory, with its path there. */
export async function filesBelow(directory: string): Promise<{ path: string; bytes: number }[]> {
  const found = await readdir(directory, { withFileTypes: true, recursive: true });
  return Promise.all(
    found
      .filter((each) => each.isFile())
      .map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        return { path: relative(directory, file), bytes: (await stat(file)).size };
      }),
  );
}
