import type { ErrorCode } from '@dumpstream/core';
import type { Cell } from './support/cell.ts';

export const verbs = {
  'backup-one': 'backup to one repository',
  'backup-two': 'backup to two',
  'restore-one': 'restore of one',
  'restore-several': 'restore of several',
} as const;

export type Verb = keyof typeof verbs;
export type Kind = 'backup' | 'restore';
export type Format = 'custom' | 'plain' | 'directory' | 'mariadb';

export const kindOf = (verb: Verb): Kind => (verb.startsWith('backup') ? 'backup' : 'restore');

/** What may come of a call that meets a fault. */
export interface Expectation {
  /** `ok`: it does its work all the same. `ended`: the host is gone, and with it the call. */
  readonly codes: readonly (ErrorCode | 'ok' | 'ended')[];
  /** What the error names: the database that was hit, the repository, or neither. */
  readonly names?: 'database' | 'repository';
  /** In the message: the last words of the program that failed. */
  readonly says?: RegExp;
  /** An archive without a manifest may stay, which is never restored and never the latest. */
  readonly mayLeaveIncomplete?: true;
}

export interface Fault {
  /** Short, for `--testNamePattern`. */
  readonly id: string;
  /** As the documentation lists it. */
  readonly title: string;
  /** Those it can happen to; absent: all. */
  readonly kinds?: readonly Kind[];
  readonly formats?: readonly Format[];
  /** Verbs with which it is not covered yet, as the documentation says. */
  readonly notYet?: readonly Verb[];
  /** Whether it takes the rights of root, as mounting a file system does. */
  readonly root?: true;
  /** Whether it takes the server down, which therefore is the cell's own. */
  readonly ownServer?: true;
  readonly expect: Readonly<Record<Kind, Expectation>>;
  /** Prepares the fault; it strikes during the call that follows. What it changes it mends in `cell.afterwards`. */
  arrange(cell: Cell): Promise<void> | void;
}

/** The same for both verbs. */
export function both(expectation: Expectation): Readonly<Record<Kind, Expectation>> {
  return { backup: expectation, restore: expectation };
}
