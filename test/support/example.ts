import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { clientDefaults } from './client-defaults.ts';
import { filledIn } from './guides.ts';
import { blocksIn } from './page.ts';
import { mariadb, psql, servers, tempDir, uniqueName } from './servers.ts';

const examples = join(import.meta.dirname, '../../examples');

/** A copy of an example, for somebody whose clients find this run's servers when they are told nothing. */
export interface Example {
  readonly directory: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stands in the README and is another thing here: the databases' names, and what was given. */
  readonly values: Readonly<Record<string, string>> & { readonly users: string; readonly posts: string };
  /** Runs a shell's commands in it, and gives what they print. A failing command ends them. */
  run(commands: string): Promise<{ readonly status: number | null; readonly output: string }>;
  /** Runs all commands of its README, which have to print what it says that they print. */
  follow(): Promise<void>;
  /** Drops what was made at the servers. */
  remove(): Promise<void>;
}

/**
 * @param name of its directory; others beside it are there as well
 * @param values what stands in its files and README, and what is to stand there instead
 */
export async function exampleNamed(name: string, values: Readonly<Record<string, string>> = {}): Promise<Example> {
  const all = await tempDir();
  const defaults = await clientDefaults(servers);
  const names = { users: uniqueName('users'), orders: uniqueName('orders'), posts: uniqueName('posts') };
  const known = { ...names, '/var/backups': await tempDir(), ...values };
  for (const program of await readdir(examples)) {
    if (existsSync(join(examples, program, 'package.json')))
      await copy(join(examples, program), join(all, program), known);
  }

  const directory = join(all, name);
  const env = { ...process.env, NODE_OPTIONS: '', ...defaults };
  const run: Example['run'] = (commands) => inShell(commands, directory, env);
  return {
    directory,
    home: defaults.HOME,
    env,
    values: known,
    run,
    follow: async () => {
      const steps = stepsOf(await readFile(join(directory, 'README.md'), 'utf8'));
      const marker = uniqueName('the-next-block');
      const { status, output } = await run(steps.map(({ commands }) => `${commands}echo ${marker}\n`).join(''));
      if (status !== 0) throw new Error(`the commands of its README ended with status ${status}:\n${output}`);
      const printed = output.split(`${marker}\n`);
      const seen = steps.map(({ commands, expected }, index) => ({
        commands,
        output: expected === undefined ? undefined : alike(printed[index] ?? '', known),
      }));
      const said = steps.map(({ commands, expected }) => ({
        commands,
        output: expected === undefined ? undefined : alike(expected, known),
      }));
      expect(seen).toEqual(said);
    },
    remove: async () => {
      for (const name of Object.values(names)) {
        const like = `like '${name.replaceAll('_', '\\_')}%'`;
        const ours = await psql('postgres', `select datname from pg_database where datname ${like}`);
        for (const found of ours.split('\n').filter(Boolean)) await psql('postgres', `drop database ${found}`);
        for (const found of (await mariadb('', `show databases ${like}`)).split('\n').filter(Boolean)) {
          await mariadb('', `drop database ${found}`);
        }
      }
    },
  };
}

async function copy(from: string, to: string, values: Readonly<Record<string, string>>): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => !/\/(node_modules|test)$/.test(path) });
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
  for (const file of await readdir(to)) {
    if (!/\.(yaml|md)$/.test(file)) continue;
    const content = await readFile(join(to, file), 'utf8');
    const present = Object.entries(values).filter(([placeholder]) => content.includes(placeholder));
    await writeFile(join(to, file), filledIn(content, Object.fromEntries(present)));
  }
}

interface Step {
  readonly commands: string;
  /** What the README says that they print, where it does. */
  readonly expected: string | undefined;
}

/** Blocks of commands, each with the block of text that follows it. */
function stepsOf(readme: string): Step[] {
  return blocksIn(readme).flatMap(({ language, text }, index, blocks) => {
    const next = blocks[index + 1];
    return language === 'sh' ? [{ commands: text, expected: next?.language === 'text' ? next.text : undefined }] : [];
  });
}

/** Without what is different each time: names of this run, times, sizes, the host. */
function alike(output: string, values: Readonly<Record<string, string>>): string {
  let found = output;
  for (const [placeholder, value] of Object.entries(values)) found = found.replaceAll(value, placeholder);
  return found
    .replaceAll(`${hostname().split('.')[0]}-2`, 'host-2')
    .replaceAll(/(?<!exit status \d*)\d+/g, '0')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
}

/** What is started in the background ends with the shell, and all with the worker's patience. */
async function inShell(commands: string, cwd: string, env: NodeJS.ProcessEnv) {
  const script = `exec 2>&1\nset -e\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n${commands}`;
  const shell = spawn('bash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const late = setTimeout(() => process.kill(-(shell.pid as number), 'SIGKILL'), 240_000);
  const ended = new Promise<number | null>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', resolve);
  });
  const [output, status] = await Promise.all([text(shell.stdout), ended]);
  clearTimeout(late);
  return { status, output };
}
