import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '@dumpstream/core';

/** How a dump may end that is none, each as its shell command for the files hook. */
export const deaths: Readonly<Record<string, string>> = {
  'dies half-way': 'head -c 1000000 "$1"; exit 3',
  'is killed half-way': 'head -c 1000000 "$1"; kill -KILL $$',
  'writes everything, closes its output, and fails later': 'cat "$1"; exec >&-; sleep 1; exit 1',
  'fails before its first byte': 'exit 7',
};

/** One of them for the second of two databases, which waits for the first to be whole. @param directory for what it waits for */
export function deathOfSecond(directory: string, title: string) {
  const go = join(directory, 'go');
  return {
    dump: `until test -e ${go}; do sleep 0.05; done; ${deaths[title]}`,
    onEvent: ({ type }: Event) => {
      if (type === 'database-end' && !existsSync(go)) writeFileSync(go, '');
    },
  };
}
