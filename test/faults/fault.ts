import type { ErrorCode } from '@dumpstream/core';
import type { Cell } from './support/cell.ts';

export const verbs = {
  'backup-one': 'backup to one repository',
  'backup-two': 'backup to two',
  'restore-one': 'restore of one',
  'restore-several': 'restore of several',
} as const;

export const formats = ['custom', 'plain', 'directory', 'mariadb'] as const;

export type Verb = keyof typeof verbs;
export type Kind = 'backup' | 'restore';
export type Format = (typeof formats)[number];

export const kindOf = (verb: Verb): Kind => (verb.startsWith('backup') ? 'backup' : 'restore');

/** What may come of a call that meets a fault. */
export interface Expectation {
  /** `ok`: it does its work all the same. `ended`: the host is gone, and with it the call. */
  readonly codes: readonly (ErrorCode | 'ok' | 'ended')[];
  /** What the error names: the database that was hit, one of several that were, the repository, or none of them. */
  readonly names?: 'database' | 'any database' | 'repository';
  /** In the message: the last words of the program that failed. */
  readonly says?: RegExp;
}

/** Cells that there cannot be. */
export interface Exclusion {
  readonly kind: Kind;
  /** Absent: all. */
  readonly formats?: readonly Format[];
  /** As the documentation says it. */
  readonly because: string;
}

export interface Fault {
  /** Short, for `--testNamePattern`. */
  readonly id: string;
  /** As the documentation lists it. */
  readonly title: string;
  readonly exclusions?: readonly Exclusion[];
  /** Whether it takes the rights of root, as mounting a file system does. */
  readonly root?: true;
  /** Whether it takes the server down, which therefore is not the one of other tests. */
  readonly ownServer?: true;
  /** Whether the moment decides which of the expected codes comes, and how many databases are restored. */
  readonly varies?: true;
  readonly expect: Readonly<Record<Kind, Expectation>>;
  /** Prepares the fault; it strikes during the call that follows. What it changes it mends in `cell.afterwards`. */
  arrange(cell: Cell): Promise<void> | void;
}

/** The same for both verbs. */
export function both(expectation: Expectation): Readonly<Record<Kind, Expectation>> {
  return { backup: expectation, restore: expectation };
}
