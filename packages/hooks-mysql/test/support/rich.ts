import { randomBytes } from 'node:crypto';
import type { Lab } from './lab.ts';

/** SQL that fills a database with one of everything. */
export function rich(lab: Lab, database: string): string {
  return `${common(database)}${lab.title === 'MariaDB' ? mariadbOnly(database) : ''}`;
}

function common(database: string): string {
  return `
CREATE TABLE parents (
  id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(60) CHARACTER SET utf8mb4 NOT NULL UNIQUE,
  amount DECIMAL(20,6), moment TIMESTAMP(6) NULL, kind ENUM('a','b''c'), colours SET('red','blue')
) ENGINE=InnoDB;
INSERT INTO parents (name, amount, moment, kind, colours) VALUES
  ('nul \\0, line \\r\\n, tab \\t, back\\\\slash, quote '' " \`', -12345678901234.123456, '2020-02-29 12:00:00.123456', 'b''c', 'red,blue'),
  ('ünï 😀', NULL, NULL, NULL, ''), (' trailing ', 0, '2038-01-19 03:14:07', 'a', NULL);
CREATE TABLE children (
  id INT PRIMARY KEY, parent INT, bytes VARBINARY(300), bits BIT(9), floating DOUBLE, document JSON, large LONGBLOB,
  doubled INT AS (id * 2) VIRTUAL, tripled INT AS (id * 3) STORED, place POINT, KEY (doubled),
  CONSTRAINT children_parent FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT positive CHECK (id > 0)
) ENGINE=InnoDB;
INSERT INTO children (id, parent, bytes, bits, floating, document, large, place) VALUES
  (1, 1, X'${Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex')}', b'101010101', 1.1e-7,
   '{"a": [1, "\\\\"ü\\\\""]}', X'${randomBytes(100_000).toString('hex')}', POINT(1.5, -2)),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE articles (id INT PRIMARY KEY, body TEXT, FULLTEXT (body)) ENGINE=MyISAM;
INSERT INTO articles VALUES (1, 'some words');
CREATE TABLE parts (id INT, year INT) PARTITION BY RANGE (year)
  (PARTITION old VALUES LESS THAN (2000), PARTITION new VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1, 1999), (2, 2001);
CREATE TABLE \`od\`\`d "name' of\\\\ -- a table;\` (\`co\`\`l\` INT);
INSERT INTO \`od\`\`d "name' of\\\\ -- a table;\` VALUES (1);
DELIMITER ;;
CREATE FUNCTION next_one(x INT) RETURNS INT DETERMINISTIC BEGIN -- a remark; with a semicolon\r
  /* another */ RETURN x + 1;\r
END;;
CREATE PROCEDURE add_parent(IN x INT) COMMENT 'it''s' BEGIN INSERT INTO parents (name) VALUES (CONCAT('p', x)); END;;
CREATE TRIGGER plain BEFORE INSERT ON parents FOR EACH ROW SET NEW.name = CONCAT(NEW.name, '!');;
CREATE TRIGGER \`${database}\`.qualified AFTER INSERT ON \`${database}\`.children
  FOR EACH ROW BEGIN /* ; */ UPDATE parents SET name = name WHERE id = NEW.parent; END;;
CREATE TRIGGER /* where */ \`${database}\` . commented -- which
  AFTER DELETE ON /* what */ \`${database}\`.children FOR EACH ROW BEGIN SET @x = 'a */ b'; END;;
CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR STARTS '2035-01-01 00:00:00' DO UPDATE parents SET id = id;;
DELIMITER ;
CREATE VIEW z_simple AS SELECT id, name FROM parents;
CREATE VIEW a_on_view AS SELECT z.id FROM z_simple z JOIN children c ON c.parent = z.id;
CREATE VIEW m_elsewhere AS SELECT p.id, s.SCHEMA_NAME, next_one(p.id) AS n, '\`a\`.b' AS t
  FROM \`${database}\`.parents p, information_schema.SCHEMATA s WHERE s.SCHEMA_NAME = 'mysql';
`;
}

function mariadbOnly(database: string): string {
  return `
CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 3;
CREATE TABLE numbered (id INT DEFAULT NEXTVAL(numbers), x INT);
INSERT INTO numbered (x) VALUES (1), (2);
CREATE TABLE versioned (id INT) WITH SYSTEM VERSIONING;
INSERT INTO versioned VALUES (1);
UPDATE versioned SET id = 2;
CREATE TABLE crashable (id INT PRIMARY KEY) ENGINE=Aria;
SET sql_mode = 'ORACLE';
DELIMITER ;;
CREATE PACKAGE tools AS FUNCTION one RETURN INT; END;;
CREATE PACKAGE BODY tools AS FUNCTION one RETURN INT AS BEGIN RETURN 1; END; END;;
CREATE OR REPLACE TRIGGER \`${database}\`."or replaced" BEFORE UPDATE ON "${database}".children FOR EACH ROW BEGIN NULL; END;;
DELIMITER ;
SET sql_mode = DEFAULT;
`;
}
