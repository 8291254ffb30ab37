CREATE DATABASE posts CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
USE posts;

CREATE TABLE authors (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  handle VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  name VARCHAR(120) NOT NULL,
  rating DECIMAL(6, 3),
  links JSON,
  joined TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) COMMENT = 'Those who write; "they"';

CREATE TABLE posts (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  author_id INT UNSIGNED NOT NULL,
  title VARCHAR(200) NOT NULL,
  body MEDIUMTEXT,
  picture MEDIUMBLOB,
  state ENUM('draft', 'public', 'gone') NOT NULL DEFAULT 'draft',
  flags SET('pinned', 'closed', 'sponsored') NOT NULL DEFAULT '',
  published DATETIME(3),
  bits BIT(12),
  score DOUBLE,
  title_length INT AS (CHAR_LENGTH(title)) VIRTUAL,
  digest BINARY(16) AS (UNHEX(MD5(title))) PERSISTENT,
  CONSTRAINT written_by FOREIGN KEY (author_id) REFERENCES authors (id),
  CONSTRAINT titled CHECK (title <> ''),
  KEY published (published, state),
  FULLTEXT KEY words (title)
);

CREATE TABLE comments (
  post_id BIGINT UNSIGNED NOT NULL,
  n SMALLINT NOT NULL,
  author_id INT UNSIGNED,
  said TEXT NOT NULL,
  at TIME(2),
  PRIMARY KEY (post_id, n),
  FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE SET NULL
);

CREATE TABLE changes (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  post_id BIGINT UNSIGNED NOT NULL,
  old_state VARCHAR(10) NOT NULL,
  new_state VARCHAR(10) NOT NULL
);

INSERT INTO authors (id, handle, name, rating, links, joined)
SELECT seq, CONCAT('author-', seq), CONCAT(ELT(1 + seq % 5, 'Zoë', 'O\'Hara', '"Ann"', '李', '🦉'), ' ', seq),
  IF(seq % 4 = 0, NULL, seq / 77), IF(seq % 3 = 0, NULL, JSON_OBJECT('site', CONCAT('https://example.org/', seq), 'ö', seq)),
  '2019-05-05 05:05:05.123456' + INTERVAL seq MINUTE
FROM seq_1_to_5000;

-- All that a client might take for a quote, an end or a comment, in text and in bytes.
INSERT INTO posts (id, author_id, title, body, picture, state, flags, published, bits, score)
SELECT seq, 1 + seq % 5000, CONCAT('Über №', seq, ': "it\'s" `so` \\ 🙂'),
  CASE seq % 6 WHEN 0 THEN NULL WHEN 1 THEN 'a tab\t, lines\r\nand -- no comment /* here */; DELIMITER $$'
    ELSE REPEAT(CONCAT(MD5(seq), ' '), 1 + seq % 9) END,
  IF(seq % 2 = 0, NULL, CONCAT(CHAR(0, 26, 39, 34, 92, 255 USING binary), UNHEX(REPEAT(SHA1(seq), 1 + seq % 5)))),
  1 + seq % 3, seq % 8, IF(seq % 7 = 0, NULL, '2020-02-29 23:59:59.999' + INTERVAL seq * 37 SECOND),
  IF(seq % 5 = 0, NULL, seq % 4096), IF(seq % 9 = 0, NULL, SQRT(seq))
FROM seq_1_to_50000;

INSERT INTO comments (post_id, n, author_id, said, at)
SELECT 1 + seq % 50000, seq DIV 50000, IF(seq % 8 = 0, NULL, 1 + seq % 5000),
  CONCAT(ELT(1 + seq % 4, 'Да!', 'c\'est ça', 'like 100%_', ''), ' ', MD5(seq)), SEC_TO_TIME(seq % 86400 + seq % 100 / 100)
FROM seq_0_to_119999;

CREATE SEQUENCE receipts START WITH 100 INCREMENT BY 10 CACHE 20;
SELECT NEXTVAL(receipts) FROM seq_1_to_33;

CREATE VIEW public_posts AS
  SELECT p.id, p.title, a.name AS author, (SELECT COUNT(*) FROM comments c WHERE c.post_id = p.id) AS comments
  FROM posts p JOIN authors a ON a.id = p.author_id
  WHERE p.state = 'public';

DELIMITER $$
CREATE TRIGGER note_change AFTER UPDATE ON posts FOR EACH ROW
BEGIN
  IF NEW.state <> OLD.state THEN
    INSERT INTO changes (post_id, old_state, new_state) VALUES (NEW.id, OLD.state, NEW.state);
  END IF;
END$$

CREATE FUNCTION comments_of(wanted INT UNSIGNED) RETURNS INT READS SQL DATA
BEGIN
  RETURN (SELECT COUNT(*) FROM comments WHERE author_id = wanted);
END$$

CREATE PROCEDURE publish(IN wanted BIGINT UNSIGNED)
  COMMENT 'Puts a draft before the public'
BEGIN
  UPDATE posts SET state = 'public', published = NOW(3) WHERE id = wanted AND state = 'draft';
END$$

CREATE EVENT forget_changes ON SCHEDULE EVERY 1 MONTH STARTS '2030-01-01 03:00:00' COMMENT 'Keeps `changes` short' DO
BEGIN
  DELETE FROM changes ORDER BY id LIMIT 1000;
END$$
DELIMITER ;

UPDATE posts SET state = 'gone' WHERE id % 40 = 0;
