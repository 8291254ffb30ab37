import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { linesOf, shown, steady } from '../../../scripts/picture/terminal.mjs';

interface Ended {
  readonly status: number | null;
  readonly output: string;
  /** Directories and processes of this run that are still there. */
  readonly left: readonly string[];
}

/** Runs the demo to its end, with a SIGINT when it has said what is given. */
function demo({ interruptAt, args = [] }: { interruptAt?: string; args?: string[] } = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../demo.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let interrupted = false;
    const listen = (chunk: Buffer) => {
      output += chunk.toString();
      if (interrupted || interruptAt === undefined || !output.includes(interruptAt)) return;
      interrupted = true;
      child.kill('SIGINT');
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (status) => {
      remains(`dumpstream-${child.pid}-`).then((left) => resolve({ status, output, left }), reject);
    });
  });
}

/** All that a run makes is in a directory of that name, and every process of it has it in its arguments or its environment. */
async function remains(directory: string): Promise<string[]> {
  const found = (await readdir(tmpdir())).filter((name) => name.startsWith(directory));
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const texts = ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => ''));
    const [args = '', env = ''] = await Promise.all(texts);
    if (`${args}${env}`.includes(directory)) found.push(args.replaceAll('\0', ' '));
  }
  return found;
}

test('the demo finds everything as it was, and leaves nothing', async () => {
  const { status, output, left } = await demo();
  expect(output).toContain('Every row and every object is as it was.');
  for (const name of ['users', 'orders', 'posts']) expect(output).toMatch(new RegExp(`^  ${name} .* as before$`, 'm'));
  expect(left).toEqual([]);
  expect(status).toBe(0);
  // `npm run picture` draws it anew.
  const picture = await readFile(join(import.meta.dirname, '../../../docs/demo.svg'), 'utf8');
  expect(steady(shown(output))).toEqual(steady(linesOf(picture)));
}, 300_000);

test('with a directory in place of Borg it finds the same', async () => {
  const { status, output, left } = await demo({ args: ['--engine', 'directory'] });
  expect(output).toContain('engine: directory');
  expect(output).not.toContain('passphrase');
  expect(output).toContain('Every row and every object is as it was.');
  expect(left).toEqual([]);
  expect(status).toBe(0);
}, 300_000);

test.each(['backup(config)', 'restore(config'])(
  'interrupted at "%s", it ends in good order and leaves nothing',
  async (moment) => {
    const { status, output, left } = await demo({ interruptAt: moment });
    expect(output).toContain('interrupted by SIGINT');
    expect(output).not.toContain('as it was');
    expect(left).toEqual([]);
    expect(status).toBe(130);
  },
  300_000,
);
