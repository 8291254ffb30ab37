import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { inPackedProject } from '../../scripts/pack-check/packed-project.mjs';
import { pageAt } from '../support/page.ts';
import { psql, servers, tempDir, uniqueName } from '../support/servers.ts';

const { text: page, blocks } = pageAt('docs/tutorial.md');
const [installing, ...steps] = blocks;

test('it is installed as the README says', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const commands = (text: string) => text.split('\n').map((line) => line.split('&& ').at(-1) ?? '');
  const said = commands(installing?.text ?? '').filter((line) => /^npm run build$|^npx |^npm install /.test(line));
  expect(said).toHaveLength(3);
  expect(commands(readme)).toEqual(expect.arrayContaining(said));
});

/** The output of a step without what is different for everybody. */
const steady = (output: string) =>
  output
    .replaceAll(/\d+(?= bytes)/g, 'N')
    .replaceAll(/\S+-\d{4}-\d\d-\d\dT[\d:.]+/g, 'ARCHIVE')
    .trim();

/** What the page says to write where there is no Borg. */
const [, entry = '', borg = '', init = ''] =
  /write `(\{.*?engine: directory \})` in place of\s`(.*?)`.*? write `(.*?)`/s.exec(page) ?? [];

function withoutBorg(step: string): string {
  return step
    .replace(borg, () => entry)
    .replace(/^encryption_passphrase: .*\n\n/m, '')
    .replace(/initRepository\(config, .*?\)/, init);
}

/** Does in a project what the page says, step by step. */
async function follow(project: string, adapted: (step: string) => string): Promise<void> {
  const database = uniqueName('shop');
  // On the servers of all tests, so under a name of its own.
  const own = (step: string) => adapted(step).replaceAll(/\bshop\b/g, database);
  const { host, port, user, password } = servers.postgres;
  const env = {
    PATH: process.env.PATH,
    HOME: await tempDir(),
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
  };
  let printed = '';
  let compared = 0;
  try {
    for (const { language, file, text } of steps) {
      if (file !== undefined) await writeFile(join(project, file), own(text));
      else if (language === 'sh') {
        printed = (await promisify(execFile)('bash', ['-e', '-c', own(text)], { cwd: project, env })).stdout;
      } else {
        expect(steady(printed)).toBe(steady(own(text)));
        compared++;
      }
    }
  } finally {
    await psql('postgres', `drop database if exists ${database}`);
  }
  expect(compared).toBe(4);
}

test('what it says is done step by step, with Borg and without, and each step prints what it shows', async () => {
  await inPackedProject(async (project) => {
    await follow(project, (step) => step);
    expect(withoutBorg(steps.map(({ text }) => text).join('\n'))).not.toMatch(/borg|passphrase|encryption/i);
    await follow(project, withoutBorg);
  });
}, 300_000);
