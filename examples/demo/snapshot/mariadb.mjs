import { mariadb } from '../clients.mjs';

/** @import { Target } from '../clients.mjs' */

/** Every object, as: what it is, what SHOW CREATE calls it, its name. */
const listObjects = `
SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' END,
    CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' ELSE 'TABLE' END, TABLE_NAME
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
UNION ALL SELECT 'event', 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
UNION ALL SELECT 'database', 'DATABASE', DATABASE()
`;

/** SHOW CREATE TRIGGER would tell when it was created, too. */
const listTriggers = `
SELECT CONCAT('trigger ', TRIGGER_NAME), CONCAT_WS(' ', ACTION_TIMING, EVENT_MANIPULATION, 'ON', EVENT_OBJECT_TABLE, ACTION_ORDER,
    DEFINER, SQL_MODE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION, ACTION_STATEMENT)
  FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
`;

/** Each column of each table, in order, as an expression that tells NULL from a text and has no two values look alike. */
const listColumns = `
SELECT TABLE_NAME, GROUP_CONCAT('QUOTE(\`', REPLACE(COLUMN_NAME, '\`', '\`\`'), '\`)' ORDER BY ORDINAL_POSITION)
  FROM information_schema.COLUMNS JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME)
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE LIKE '%TABLE%'
  GROUP BY TABLE_NAME
`;

/**
 * @param {Target} target
 * @returns {Promise<import('./compare.mjs').Snapshot>}
 */
export async function snapshotMariadb(target) {
  return {
    objects: { ...(await definitions(target)), ...(await sequenceValues(target)) },
    tables: await contents(target),
  };
}

/** @param {Target} target */
async function definitions(target) {
  const objects = await rows(target, listObjects);
  const statements = objects.map(([, keyword, name = '']) => `SHOW CREATE ${keyword} ${quoted(name)};`);
  const created = await rows(target, statements.join('\n'));
  const triggers = await rows(target, listTriggers);
  return Object.fromEntries([
    ...objects.map(([kind, , name], index) => [`${kind} ${name}`, created[index]?.slice(1).join(' ') ?? '']),
    ...triggers.map(([trigger, definition]) => [trigger, definition]),
  ]);
}

/** @param {Target} target */
async function sequenceValues(target) {
  const list =
    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'SEQUENCE'";
  const names = (await rows(target, list)).map(([name = '']) => name);
  const values = await rows(
    target,
    names.map((name) => `SELECT next_not_cached_value, cycle_count FROM ${quoted(name)};`).join('\n'),
  );
  return Object.fromEntries(names.map((name, index) => [`value of sequence ${name}`, values[index]?.join(' ') ?? '']));
}

/**
 * CHECKSUM TABLE will not do: it can differ for equal rows.
 *
 * @param {Target} target
 */
async function contents(target) {
  const tables = await rows(target, listColumns);
  const statements = tables.map(
    ([table = '', columns]) =>
      "SELECT COUNT(*), MD5(IFNULL(GROUP_CONCAT(h ORDER BY h SEPARATOR ''), '')) " +
      `FROM (SELECT MD5(CONCAT_WS(',', ${columns})) AS h FROM ${quoted(table)}) hashed;`,
  );
  // Room for the checksums of 8 million rows.
  const found = await rows(target, ['SET SESSION group_concat_max_len = 268435456;', ...statements].join('\n'));
  return Object.fromEntries(
    tables.map(([table], index) => {
      const [count, checksum = ''] = found[index] ?? [];
      return [table, { rows: Number(count), checksum }];
    }),
  );
}

/**
 * @param {Target} target
 * @param {string} sql
 */
async function rows(target, sql) {
  const lines = await mariadb(target, sql);
  return lines === '' ? [] : lines.split('\n').map((line) => line.split('\t'));
}

/** @param {string} name */
function quoted(name) {
  return `\`${name.replaceAll('`', '``')}\``;
}
