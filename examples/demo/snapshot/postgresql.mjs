import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { psql } from '../clients.mjs';

/**
 * @param {import('../clients.mjs').Target} target
 * @returns {Promise<import('./compare.mjs').Snapshot>}
 */
export async function snapshotPostgresql(target) {
  const objects = Object.assign({}, ...(await query(target, 'postgresql.sql')));
  const tables = (await query(target, 'postgresql-rows.sql')).map(({ table, ...content }) => [table, content]);
  return { objects, tables: Object.fromEntries(tables) };
}

/**
 * @param {import('../clients.mjs').Target} target
 * @param {string} file whose queries give JSON
 */
async function query(target, file) {
  const sql = await readFile(join(import.meta.dirname, file), 'utf8');
  const lines = await psql(target, `set search_path = '';\n${sql}`);
  return lines.split('\n').map((line) => JSON.parse(line));
}
