/** The two descents of clients and servers. They share a protocol and most options; where they differ stands here. */
export type FamilyName = 'mysql' | 'mariadb';

export interface Family {
  readonly title: string;
  /** Programs by which a hook of this family looks for its clients, the best first. */
  readonly dumpers: readonly string[];
  readonly clients: readonly string[];
  /** Arguments that only this family's dump program knows, and since which version. */
  readonly dumpArgs: readonly { readonly arg: string; readonly since: string }[];
  /** Arguments that only this family's client knows. */
  readonly clientArgs: readonly string[];
  /** The version, of server and dump program, since which `--dump-history` keeps what system-versioned tables remember. */
  readonly historySince?: string;
}

export const families: Readonly<Record<FamilyName, Family>> = {
  mysql: {
    title: 'MySQL',
    dumpers: ['mysqldump', 'mariadb-dump'],
    clients: ['mysql', 'mariadb'],
    dumpArgs: [
      // The history of the server that was dumped is none of the one that is restored to, which would refuse the dump.
      { arg: '--set-gtid-purged=OFF', since: '5.6' },
      // Asks for a table that servers before 8.0 do not have.
      { arg: '--column-statistics=0', since: '8.0' },
    ],
    clientArgs: [],
  },
  mariadb: {
    title: 'MariaDB',
    dumpers: ['mariadb-dump', 'mysqldump'],
    clients: ['mariadb', 'mysql'],
    dumpArgs: [],
    // It would show the failing statement, with the data in it. `loose`: old clients do not know it, and do not show any.
    clientArgs: ['--loose-skip-print-query-on-error'],
    historySince: '10.11',
  },
};

/** `10.11.19-MariaDB` is at least `10.11`. A version that is not known counts as new. */
export function atLeast(version: string, since: string): boolean {
  if (version === '') return true;
  const [have, want] = [version, since].map((text) => text.split('-', 1).join().split('.').map(Number));
  for (const [at, part] of (want ?? []).entries()) {
    const difference = (have?.[at] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
