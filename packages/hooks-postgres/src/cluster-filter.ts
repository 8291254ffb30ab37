import type { Command } from '@dumpstream/core';

/** Takes the lines that follow until a statement is whole: names may have several. */
const whole = (label: string): string => `
:${label}
/;$/!{
N
b ${label}
}`;

const dropped = (what: string): string => `
/^DROP ${what} /{${whole(`drop-${what}`)}
d
}`;

/** Lets a statement through if the server has nothing of that name: `SELECT … \gset`, `\if`, statement, `\endif`. */
const ifMissing = (what: string, end: string, exists: string, withNext: string): string => String.raw`
/^CREATE ${what} /{${whole(`create-${what}`)}
h
s/^CREATE ${what} \(.*\)${end};$/SELECT NOT EXISTS (${exists}) AS dumpstream_missing \\gset/p
s/.*/\\if :dumpstream_missing/p
x
${withNext}
a\
\\endif
}`;

/** The name that was found, quoted as SQL does, is the column's. */
const isName = (column: string): string =>
  String.raw`$dumpstream$\1$dumpstream$ IN (${column}, quote_ident(${column}))`;

/**
 * Makes the script that pg_dumpall has written one that can be run on a server as it is. Roles and tablespaces that
 * exist are left alone, so that nobody is locked out on the way. A database is dropped right before it is made anew,
 * not all of them at the beginning. Nothing is touched but what makes roles, tablespaces and databases.
 * @param endSessions whether the databases' sessions are ended
 * @param server its major version
 */
export function clusterFilter(endSessions: boolean, server: number): Command {
  const force = endSessions && server >= 13 ? ' WITH (FORCE)' : '';
  const unknown = server < 17 ? '/^SET transaction_timeout = /d' : '';
  const script = String.raw`
/^COPY .* FROM stdin;$/,/^\\\.$/b
${unknown}
1,/^-- Databases$/{
/^\\restrict /d
/^\\unrestrict /d
${dropped('DATABASE')}
${dropped('ROLE')}
${dropped('TABLESPACE')}
${ifMissing('ROLE', '', `SELECT FROM pg_catalog.pg_roles WHERE ${isName('rolname')}`, `n${whole('alter')}`)}
${ifMissing('TABLESPACE', ' OWNER .*', `SELECT FROM pg_catalog.pg_tablespace WHERE ${isName('spcname')}`, '')}
}
/^-- Database ".*" dump$/,/^\\connect /{
${dropped('DATABASE').replaceAll('drop-', 'drop-again-')}
/^CREATE DATABASE /{${whole('create-DATABASE')}
h
s/^CREATE DATABASE \(.*\) WITH TEMPLATE = .*$/UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datistemplate AND ${isName('datname')};/p
g
s/^CREATE DATABASE \(.*\) WITH TEMPLATE = .*$/DROP DATABASE IF EXISTS \1${force};/p
x
}
}
`;
  return { file: 'sed', args: ['-e', script], env: { LC_ALL: 'C' } };
}
