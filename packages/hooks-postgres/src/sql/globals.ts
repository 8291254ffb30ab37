import type { Tablespace } from '../globals.ts';

/**
 * Makes what a server lacks: first roles and memberships, all or none; then each tablespace whose directory is there.
 * Prints a jsonb object for each that could not be made. An error does not show its statement, which may hold a
 * password.
 */
export function createGlobals(roles: readonly string[], tablespaces: readonly Tablespace[]): string {
  return [
    String.raw`
\set VERBOSITY terse
set standard_conforming_strings to on;
begin;
`,
    ...roles.map((statement) => `${statement};\n`),
    'commit;\n',
    String.raw`\set ON_ERROR_STOP 0`,
    ...tablespaces.map(createTablespace),
  ].join('\n');
}

function createTablespace({ create, more }: Tablespace, index: number): string {
  return String.raw`
${create};
\if :ERROR
  select jsonb_build_object('index', ${index}, 'error', :'LAST_ERROR_MESSAGE');
\else
  \set ON_ERROR_STOP 1
  ${more.map((statement) => `${statement};`).join('\n  ')}
  \set ON_ERROR_STOP 0
\endif
`;
}
