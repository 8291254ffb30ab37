import { expect, test } from '@jest/globals';
import { relocate } from '../src/relocate.ts';

const trigger = (statement: string) => `DELIMITER ;;\n${statement} */;;\nDELIMITER ;\n`;
const view = (body: string) =>
  `/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=\`db\`@\`%\` SQL SECURITY DEFINER */\n/*!50001 VIEW \`v\` AS ${body} */;\n`;

test.each([
  [
    'trigger db.t1 before insert on db.t for each row set @a = 1',
    'trigger t1 before insert on t for each row set @a = 1',
  ],
  ['TRIGGER `db`.`t``1` AFTER DELETE ON `db`.`t` FOR EACH ROW x', 'TRIGGER `t``1` AFTER DELETE ON `t` FOR EACH ROW x'],
  ['TRIGGER "db" . "t" AFTER DELETE ON t FOR EACH ROW x', 'TRIGGER "t" AFTER DELETE ON t FOR EACH ROW x'],
  [
    'TRIGGER IF NOT EXISTS db.t AFTER DELETE ON db.t FOR EACH ROW x',
    'TRIGGER IF NOT EXISTS t AFTER DELETE ON t FOR EACH ROW x',
  ],
  [
    'TRIGGER/* on a.b */db.t -- on c.d\n AFTER INSERT OR UPDATE OF a, b ON/**/db.`o n` FOR EACH ROW FOLLOWS u db.x ON db.y',
    'TRIGGER/* on a.b */t -- on c.d\n AFTER INSERT OR UPDATE OF a, b ON/**/`o n` FOR EACH ROW FOLLOWS u db.x ON db.y',
  ],
  [
    'TRIGGER plain AFTER DELETE ON t FOR EACH ROW CALL db.p()',
    'TRIGGER plain AFTER DELETE ON t FOR EACH ROW CALL db.p()',
  ],
])('the head of a trigger loses the database, its body keeps it: %s', (statement, relocated) => {
  const prefix = '/*!50003 CREATE*/ /*!50017 DEFINER=`db`@`%`*/ /*!50003 ';
  expect(relocate(trigger(prefix + statement), 'db')).toBe(trigger(prefix + relocated));
  expect(relocate(trigger(`CREATE OR REPLACE DEFINER=\`trigger\`@\`x\` ${statement}`), 'db')).toBe(
    trigger(`CREATE OR REPLACE DEFINER=\`trigger\`@\`x\` ${relocated}`),
  );
});

test.each([
  'CREATE DEFINER=`x`@`%` PROCEDURE `p`() BEGIN CREATE TRIGGER db.t AFTER DELETE ON db.t FOR EACH ROW x; END',
  '/*!50106 CREATE*/ /*!50106 EVENT `trigger` ON SCHEDULE EVERY 1 DAY DO CREATE VIEW db.x AS SELECT 1',
])('a routine or event stays as it is: %s', (statement) => {
  expect(relocate(trigger(statement), 'db')).toBe(trigger(statement));
});

test.each([
  ['select `db`.`t`.`a` AS `a`,`o`.`u`.`db` AS `b` from `db`.`t` join `o`.`u`', undefined],
  ['select `db`.`t`.`a` AS `a` from `db`.`t` join `o`.`u`', 'select `t`.`a` AS `a` from `t` join `o`.`u`'],
  [
    "select `db`.`f`('`db`.`x`\\'`db`.`y`''`db`.`z`') from `o`.`u`",
    "select `f`('`db`.`x`\\'`db`.`y`''`db`.`z`') from `o`.`u`",
  ],
  // `db` is an alias here, and `db`.`a` a column.
  ['select `db`.`a` AS `a` from `o`.`u` `db`', undefined],
  ['select `adb`.`a`,`db``x`.`b` from `adb` join `db``x`', undefined],
])('a view loses the database where it is one: %s', (body, relocated = body) => {
  expect(relocate(view(body), 'db')).toBe(view(relocated));
});

test.each(['db', 'd`b', 'd.*b', 'd\nb'])('the defaults of the database %j are set on the one in use', (name) => {
  const quoted = `\`${name.replaceAll('`', '``')}\``;
  const set = (target: string, delimiter: string) =>
    `ALTER DATABASE ${target}CHARACTER SET latin1 COLLATE latin1_swedish_ci ${delimiter}\n`;
  const inBody = `CREATE PROCEDURE p() BEGIN\nSELECT 1 ;\n${set(`${quoted} `, ';')}END ;;\n`;
  const dump = (target: string) =>
    `${set(target, ';')}SELECT 1;\n${set(target, ';')}${set(target, ';')}DELIMITER ;;\n${set(target, ';;')}${inBody}${set(target, ';;')}DELIMITER ;\n`;
  expect(relocate(dump(`${quoted} `), name)).toBe(dump(''));
  expect(relocate(set('`other` ', ';'), name)).toBe(set('`other` ', ';'));
});

test('the line by which a client is to refuse commands stands once in a dump, at its begin', () => {
  expect(relocate('/*M!999999\\- enable the sandbox mode */ \nSELECT 1;\n', 'db')).toBe('SELECT 1;\n');
});
