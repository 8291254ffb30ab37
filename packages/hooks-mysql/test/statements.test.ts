import { expect, test } from '@jest/globals';
import { endOfPiece } from '../src/sql.ts';
import { partsOf, statementsOf } from '../src/statements.ts';

test.each<[string, string, string[]]>([
  ['blanks and remarks between them', '\n-- a; b\n# c;\n/* d; */ SELECT 1 ;\n\nSELECT 2', ['SELECT 1', 'SELECT 2']],
  [
    'semicolons that end nothing',
    "SELECT ';\\';', \";\", `;`, 1 -- ;'\n /* ; ' */ + 1;",
    ["SELECT ';\\';', \";\", `;`, 1 -- ;'\n /* ; ' */ + 1"],
  ],
  [
    'what only some servers read',
    "/*!50003 SET a = ';' */;/*!50001 B */;",
    ["/*!50003 SET a = ';' */", '/*!50001 B */'],
  ],
  [
    'another delimiter',
    "DELIMITER ;;\nCREATE x BEGIN a; /* it's */ b; END ;;\n  SELECT 1;;\nDELIMITER ;\nSELECT 2;\n",
    ["CREATE x BEGIN a; /* it's */ b; END", 'SELECT 1', 'SELECT 2'],
  ],
  [
    'backslashes that stand for themselves',
    "/*!50003 SET sql_mode              = 'A,NO_BACKSLASH_ESCAPES' */ ;\nSELECT '\\';SELECT '2';\nSET sql_mode = @saved_sql_mode;SELECT '\\';3';",
    [
      "/*!50003 SET sql_mode              = 'A,NO_BACKSLASH_ESCAPES' */",
      "SELECT '\\'",
      "SELECT '2'",
      'SET sql_mode = @saved_sql_mode',
      "SELECT '\\';3'",
    ],
  ],
  [
    'a delimiter’s word inside of one',
    'DELIMITER ;;\nCREATE x BEGIN\nDELIMITER ;\nEND;;',
    ['CREATE x BEGIN\nDELIMITER ;\nEND'],
  ],
])('%s: statements are found as a client finds them', (_, text, statements) => {
  expect(statementsOf(text)).toEqual(statements);
});

const saved = '/*!50003 SET @saved_cs_client      = @@character_set_client */ ;\n';
const back = '/*!50003 SET character_set_client  = @saved_cs_client */ ;\n';
const alter = 'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin ;\n';
const make = (statement: string) => `${alter}${saved}DELIMITER ;;\n${statement} ;;\nDELIMITER ;\n${back}${alter}`;
const trigger = '/*!50003 CREATE*/ /*!50017 DEFINER=`x`@`%`*/ /*!50003 TRIGGER g BEFORE INSERT ON t FOR EACH ROW';
const simple = `${trigger} SET NEW.event = CASE 1 WHEN 1 THEN 2 END */`;
const block = `${trigger} BEGIN SET NEW.x = 1; END */`;
const view = '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50001 VIEW `trigger` AS SELECT 1 */;\n';

test('triggers are parted from all that comes after them, with what was set for them', () => {
  const { triggers, others } = partsOf(
    `-- title\n${make(simple)}${make('CREATE PROCEDURE p() SELECT 1')}${view}`,
    'mariadb',
  );
  const [set, reset, defaults] = [saved, back, alter].map((line) => line.replace(/ ;\n$/, '\n;\n'));
  expect(triggers).toBe(`${defaults}${set}${simple}\n;\n${reset}${defaults}`);
  expect(others).toBe(
    `${defaults}${set}CREATE PROCEDURE p() SELECT 1\n;\n${reset}${defaults}${view.replace(/;\n$/, '\n;\n')}`,
  );
  expect(partsOf(view, 'mariadb').triggers).toBe('');
});

test.each([
  [simple, endOfPiece],
  [block, ';'],
  ['CREATE DEFINER=`x`@`%` FUNCTION `f`() RETURNS int\nRETURN (SELECT 1)', endOfPiece],
  ["CREATE DEFINER=`x`@`%` PROCEDURE `p`()\n    COMMENT 'c'\nBEGIN SELECT 1; END", ';'],
  ['/*!50106 CREATE*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY ENABLE DO SET @a = 1 */', endOfPiece],
  ['/*!50106 CREATE*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY ENABLE DO BEGIN SET @a = 1; END */', ';'],
  [view.replace(/;\n$/, ''), ';'],
])('MySQL, which takes a semicolon for a part of a simple body, gets none after one: %s', (statement, end) => {
  const { triggers, others } = partsOf(`DELIMITER ;;\n${statement};;\n`, 'mysql');
  expect(`${triggers}${others}`).toBe(`${statement}\n${end}\n`);
});
