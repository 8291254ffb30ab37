import { expect, test } from '@jest/globals';
import { statementsIn } from '../src/statements.ts';

test('semicolons in names, texts and comments end no statement, and psql’s commands are no part of one', () => {
  const script = String.raw`
\restrict abc;def
-- a comment; with a semicolon
CREATE ROLE "a;b ""c""";
COMMENT ON ROLE "a;b ""c""" IS 'it''s;
-- not a comment
\not a command';
COMMENT ON ROLE d IS E'back\\slash; \' quote';
\unrestrict abc
`;
  expect(statementsIn(script)).toEqual([
    { text: 'CREATE ROLE "a;b ""c"""', words: ['CREATE', 'ROLE', '"a;b ""c"""'] },
    {
      text: `COMMENT ON ROLE "a;b ""c""" IS 'it''s;\n-- not a comment\n\\not a command'`,
      words: ['COMMENT', 'ON', 'ROLE', '"a;b ""c"""', 'IS', `'it''s;\n-- not a comment\n\\not a command'`],
    },
    {
      text: String.raw`COMMENT ON ROLE d IS E'back\\slash; \' quote'`,
      words: ['COMMENT', 'ON', 'ROLE', 'd', 'IS', String.raw`E'back\\slash; \' quote'`],
    },
  ]);
});

test('a script that ends within a quoted text is refused', () => {
  expect(() => statementsIn(`COMMENT ON ROLE a IS 'b;`)).toThrow('ends within a quoted text');
});
