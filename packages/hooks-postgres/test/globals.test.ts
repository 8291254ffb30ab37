import { expect, test } from '@jest/globals';
import { planGlobals } from '../src/globals.ts';

const roles = `
SET standard_conforming_strings = on;
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'SCRAM$x';
COMMENT ON ROLE app IS 'it''s; mine';
ALTER ROLE app SET work_mem TO '8MB';
CREATE ROLE staff;
ALTER ROLE staff WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
GRANT staff TO app WITH ADMIN OPTION GRANTED BY postgres;
`;

test('a server that has nothing gets everything, and no attribute that only a superuser may name', () => {
  expect(planGlobals(roles, '')).toEqual({
    roles: [
      'CREATE ROLE app',
      "ALTER ROLE app WITH INHERIT NOCREATEROLE NOCREATEDB LOGIN PASSWORD 'SCRAM$x'",
      "COMMENT ON ROLE app IS 'it''s; mine'",
      "ALTER ROLE app SET work_mem TO '8MB'",
      'CREATE ROLE staff',
      'ALTER ROLE staff WITH INHERIT NOCREATEROLE NOCREATEDB NOLOGIN',
      'GRANT staff TO app WITH ADMIN OPTION GRANTED BY postgres',
    ],
    tablespaces: [],
    kept: [],
  });
});

test('a server that has everything gets nothing', () => {
  expect(planGlobals(roles, roles)).toEqual({ roles: [], tablespaces: [], kept: [] });
});

test.each([
  ['its password', roles.replace('SCRAM$x', 'SCRAM$y')],
  ['an attribute', roles.replace('NOCREATEDB LOGIN', 'CREATEDB LOGIN')],
  ['a setting', roles.replace('8MB', '9MB')],
])('a role that is there keeps %s', (_, present) => {
  expect(planGlobals(roles, present)).toEqual({ roles: [], tablespaces: [], kept: ['role app'] });
});

test('where the account sees no passwords, they are no difference', () => {
  expect(planGlobals(roles, roles.replace(" PASSWORD 'SCRAM$x'", '')).kept).toEqual([]);
  expect(planGlobals(roles.replace(" PASSWORD 'SCRAM$x'", ''), roles).kept).toEqual([]);
});

test('a membership that is there is left as it is, and a missing one is added', () => {
  const revoked = roles.replace(/^GRANT .*\n/m, '');
  expect(planGlobals(roles, roles.replace(' WITH ADMIN OPTION', '')).roles).toEqual([]);
  expect(planGlobals(roles, revoked).roles).toEqual(['GRANT staff TO app WITH ADMIN OPTION GRANTED BY postgres']);
});

test('a tablespace comes with all that is said of it, or is left alone', () => {
  const archived = `
CREATE TABLESPACE "a;b" OWNER app LOCATION '/x';
ALTER TABLESPACE "a;b" SET (seq_page_cost=2);
GRANT CREATE ON TABLESPACE "a;b" TO staff;
COMMENT ON TABLESPACE "a;b" IS 'fast';
`;
  expect(planGlobals(archived, '').tablespaces).toEqual([
    {
      name: '"a;b"',
      create: `CREATE TABLESPACE "a;b" OWNER app LOCATION '/x'`,
      more: [
        'ALTER TABLESPACE "a;b" SET (seq_page_cost=2)',
        'GRANT CREATE ON TABLESPACE "a;b" TO staff',
        `COMMENT ON TABLESPACE "a;b" IS 'fast'`,
      ],
    },
  ]);
  const elsewhere = `CREATE TABLESPACE "a;b" OWNER app LOCATION '/y';`;
  expect(planGlobals(archived, elsewhere)).toEqual({ roles: [], tablespaces: [], kept: ['tablespace "a;b"'] });
});

test('what is granted in another role’s name stays together', () => {
  const script = `SET SESSION AUTHORIZATION boss;\nGRANT SET ON PARAMETER work_mem TO app;\nRESET SESSION AUTHORIZATION;`;
  expect(planGlobals(script, '').roles).toEqual([script.replace(/;$/, '')]);
  expect(planGlobals(script, script).roles).toEqual([]);
});

test('old dumps’ settings of a role in a database are left to the dump of the database', () => {
  expect(planGlobals(`ALTER ROLE app IN DATABASE users SET work_mem TO '8MB';`, '').roles).toEqual([]);
});
