import type { DatabaseHook } from '@dumpstream/core';

/**
 * A hook, and what the contract needs to try it. To the contract a database is a list of values, each some bytes: of SQL databases
 * a table with one column, of others whatever is near to that. It is written and read without the hook.
 */
export interface HookSubject {
  readonly hook: DatabaseHook;
  /** The configuration's entry for the database of this name. With every secret that the hook knows, so that these are tried, too. */
  entry(name: string): Readonly<Record<string, unknown>>;
  /** Makes the database, in place of one that is there, holding these values in this order. */
  write(name: string, values: readonly Uint8Array[]): Promise<unknown>;
  /** The values of the database, in order; undefined where there is none. */
  read(name: string): Promise<readonly Uint8Array[] | undefined>;
  /** Removes the database, if it is there. */
  remove(name: string): Promise<unknown>;
  /**
   * The programs without which the hook cannot work. A list within the list: any one of these will do. Default: none, the hook is
   * JavaScript alone.
   */
  readonly commands?: readonly (string | readonly string[])[];
  /**
   * What hooks leave beside databases when they clean up badly, as far as it is there now: scratch databases, temporary
   * files, sessions. Asked after failures and aborts; default: not looked for.
   */
  leftovers?(): Promise<readonly string[]>;
  /** Has the next dump of the database fail after some bytes of it; of hooks without commands, which the contract fails itself. */
  breakDump?(name: string): Promise<unknown>;
  /** Whether the system can have a database of this name. Default: all of them can be. */
  canBeNamed?(name: string): boolean;
}

/** All programs of a hook. */
export function programsOf({ commands = [] }: HookSubject): readonly string[] {
  return commands.flat();
}
