import { type Lab, sql } from './lab.ts';

/** Runs some work while another session holds a table, so that whoever reads it waits. @param table qualified */
export async function withHeldTable<T>(lab: Lab, table: string, work: () => Promise<T>): Promise<T> {
  const mark = `held ${table}`;
  const holder = sql(lab, '', `LOCK TABLES ${table} WRITE; DO SLEEP(600) /* ${mark} */;`).catch(() => 'killed');
  const find = `SELECT id FROM information_schema.processlist
    WHERE info LIKE 'DO SLEEP%${mark}%' AND state = 'User sleep'`;
  let id = '';
  await until(async () => {
    id = await sql(lab, '', find);
    return id !== '';
  });
  try {
    return await work();
  } finally {
    await sql(lab, '', `KILL ${id}`);
    await holder;
  }
}

/** Looks again and again. A test's time limit is the limit. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
