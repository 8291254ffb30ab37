import { words } from './words.mjs';

/** Of a large table's rows in a dump, measured. */
export const mariadbRowBytes = 233;

const list = words.map((word) => `'${word}'`).join(',');

/** @param {string} hash SQL of 32 bits @returns {string} SQL of a text of four words */
const sentence = (hash) =>
  `concat_ws(' ', ${Array.from({ length: 4 }, (_, n) => `elt(1 + ((${hash} >> ${7 * n}) & 127) % ${words.length}, ${list})`).join(', ')})`;

/** @param {string} salt @param {string} more @returns {string} SQL */
const hash = (salt, more) => `crc32(concat('${salt}${more}', seq))`;

/**
 * @param {string} salt another makes other rows
 * @param {number} rows of the larger table
 */
export const fillMariadb = (salt, rows) => `
  create table authors (id int primary key, name varchar(100) not null, mail varchar(60) not null unique) engine=InnoDB;
  create table articles (id int primary key, author int not null, published datetime not null, price decimal(9, 2),
    token char(32) not null, title varchar(200) not null, body text, key (author, published)) engine=InnoDB;
  insert into authors select seq, ${sentence(hash(salt, 'n'))}, concat(md5(concat('${salt}', seq)), '@example.org')
    from seq_1_to_${Math.ceil(rows / 20)};
  insert into articles select seq, 1 + ${hash(salt, 'a')} % ${Math.ceil(rows / 20)}, '2020-01-01' + interval seq * 97 second,
    (${hash(salt, 'p')} % 100000) / 100, md5(seq div 7), ${sentence(hash(salt, 't'))},
    concat_ws(', ', ${['b', 'c', 'd', 'e', 'f'].map((more) => sentence(hash(salt, more))).join(', ')})
    from seq_1_to_${rows};
`;
