import { words } from './words.mjs';

/** Of a large table's rows in a dump, measured. */
export const postgresqlRowBytes = 318;

const list = `array[${words.map((word) => `'${word}'`).join(',')}]`;

/** @param {string} hash SQL of 64 bits @returns {string} SQL of a text of seven words */
const sentence = (hash) =>
  Array.from({ length: 7 }, (_, n) => `w[1 + ((${hash} >> ${9 * n}) & 511) % ${words.length}]`).join(" || ' ' || ");

/**
 * @param {string} salt another makes other rows
 * @param {number} rows of the larger table
 */
export const fillPostgresql = (salt, rows) => `
  create table customers (id integer primary key, name text not null, mail text not null unique, since date, notes text);
  create table events (id bigint primary key, at timestamptz not null, customer integer not null, kind text not null,
    path text not null, detail jsonb, remark text);
  insert into customers
    select n, initcap(${sentence('h')}), md5('${salt}' || n) || '@example.org', date '2015-01-01' + (n % 3000), ${sentence('(h # 77)')}
    from generate_series(1, ${Math.ceil(rows / 20)}) n, hashtextextended('${salt}' || n, 1) h, (select ${list} w) as words;
  insert into events
    select n, timestamptz '2024-01-01 00:00:00+00' + n * interval '1.7 seconds', 1 + abs(h % ${Math.ceil(rows / 20)}),
      (array['view', 'search', 'cart', 'order', 'refund'])[1 + n % 5], '/shop/' || w[1 + n % 60] || '/' || abs(h % 50000),
      jsonb_build_object('session', md5((n / 12)::text), 'agent', 'Mozilla/5.0 (X11; Linux x86_64) rv:' || 100 + n % 30,
        'price', abs(h % 100000) / 100.0, 'tags', jsonb_build_array(w[1 + n % 11], w[1 + n % 61])),
      ${sentence('h')} || ', ' || ${sentence('(h # 4711)')}
    from generate_series(1, ${rows}) n, hashtextextended('${salt}' || n, 2) h, (select ${list} w) as words;
  create index on events (customer, at);
  alter table events add foreign key (customer) references customers;
  analyze;
`;

/** Large in a dump and small on the server, where it is stored compressed. @param {number} bytes */
export const fillRepetitive = (bytes) => `
  create table pages (id integer primary key, content text);
  insert into pages select n, repeat(md5(n::text), 2000) from generate_series(1, ${Math.round(bytes / 64_000)}) n;
`;
