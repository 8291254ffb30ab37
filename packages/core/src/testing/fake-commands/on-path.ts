import { delimiter } from 'node:path';

/**
 * Runs work with a directory before all others on `PATH`. Others may do the same at once: each takes back its own alone.
 * Changes nothing else of `process.env`, and that not for longer.
 */
export async function onPath<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  process.env.PATH = [directory, ...folders(before)].join(delimiter);
  try {
    return await work();
  } finally {
    const now = folders(process.env.PATH);
    const own = now.indexOf(directory);
    const left = now.filter((_, index) => index !== own).join(delimiter);
    if (left === '' && before === undefined) delete process.env.PATH;
    else process.env.PATH = left;
  }
}

export function folders(path: string | undefined): string[] {
  return path === undefined || path === '' ? [] : path.split(delimiter);
}
