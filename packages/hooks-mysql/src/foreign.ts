import type { Command } from '@dumpstream/core';
import { identifier } from './sql.ts';

/**
 * A filter for a dump of one database that chooses its database itself, and would drop and make it: afterwards it goes into whichever
 * it is loaded into. Where triggers stand on lines of their own, they lose the database's name too.
 *
 * @param database that the dump names
 */
export function withoutDatabase(database: string): Command {
  const quoted = inPattern(identifier(database));
  const name = `(${quoted}|${inPattern(database)})`;
  const trigger = '\\/\\*!50003 (TRIGGER|trigger|Trigger) ';
  return {
    file: 'sed',
    args: [
      '-E',
      // Only in the head: a row of data can hold anything.
      ...['-e', '1,/^USE /{/^\\/\\*!40000 DROP DATABASE/d;/^CREATE DATABASE/d;/^USE /d;}'],
      // And before views.
      ...['-e', `/^USE ${quoted};$/d`],
      ...['-e', `s/^ALTER DATABASE ${quoted} (CHARACTER SET [a-z0-9]+ COLLATE [a-z0-9_]+ ;)$/ALTER DATABASE \\1/`],
      ...['-e', `s/^(\\/\\*!50003 CREATE\\*\\/ .*${trigger})${name}\\./\\1/`],
      ...[
        '-e',
        `s/^(\\/\\*!50003 CREATE\\*\\/ .*${trigger}[^ ]+ .* [oO][nN] )${name}\\.([^ ]+ [fF][oO][rR] [eE][aA][cC][hH] )/\\1\\4/`,
      ],
    ],
    // Its bytes are in any character set, or none.
    env: { LC_ALL: 'C' },
  };
}

/** A name with a new line is found nowhere, which is safe: the server then refuses the dump. */
function inPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('\n', '\\n');
}
