import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fakeCommands, withoutCommands } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';

/** As a hook's child is started: with the host's environment as it is then. */
function start(file: string, args: readonly string[] = []) {
  const child = promisify(execFile)(file, args, { env: { ...process.env, MARK: 'here' }, encoding: 'buffer' });
  return { child: child.child, ended: child.catch((error: { code: number; stdout: Buffer }) => error) };
}

test('a call is recorded with its arguments, environment and standard input, and whether that ended', async () => {
  const commands = await fakeCommands({ tool: { output: Buffer.from([0, 255, 10]), stderr: 'said' } });
  const path = process.env.PATH;
  const ended = await commands.onPath(() => {
    const { child, ended } = start('tool', ['--word', '', 'Zoë']);
    child.stdin?.end(Buffer.from([1, 2, 0, 255]));
    return ended;
  });
  expect(process.env.PATH).toBe(path);
  expect(ended).toMatchObject({ stdout: Buffer.from([0, 255, 10]) });
  expect(commands.calls('tool')).toMatchObject([
    { name: 'tool', argv: ['--word', '', 'Zoë'], env: { MARK: 'here' }, inputEnded: true, exitCode: 0 },
  ]);
  expect([...(commands.calls()[0]?.input ?? [])]).toEqual([1, 2, 0, 255]);
  await commands.remove();
});

test('a call that is ended by a signal has read what came, and saw no end', async () => {
  const commands = await fakeCommands({ tool: {} });
  const { child, ended } = await commands.onPath(async () => start('tool'));
  child.stdin?.write('half');
  while (commands.calls()[0]?.input.length !== 4) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill();
  await ended;
  expect(commands.calls()).toMatchObject([{ inputEnded: false }]);
  expect(commands.calls()[0]).not.toHaveProperty('exitCode');
  await commands.remove();
});

test('it fails before, within or after its output, and does what fits its arguments', async () => {
  const output = 'all of it';
  const commands = await fakeCommands({
    tool: [
      { when: 'before', output, failsAfter: { output: 0 }, input: 'ignored' },
      { when: 'within', output, failsAfter: { output: 3 }, input: 'ignored', exitCode: 7 },
      { when: 'after', output, exitCode: 2, input: 'ignored' },
    ],
  });
  const seen = await commands.onPath(() =>
    Promise.all(
      ['before', 'within', 'after', 'other'].map(async (word) => {
        const { code, stdout } = (await start('tool', [word]).ended) as { code: number; stdout: Buffer };
        return [code, stdout.toString()];
      }),
    ),
  );
  expect(seen).toEqual([
    [1, ''],
    [7, 'all'],
    [2, output],
    [127, ''],
  ]);
  await commands.remove();
});

test('the real program does its work behind a fake one, and is cut where it is told', async () => {
  const commands = await fakeCommands({ printf: { real: true } });
  await commands.onPath(async () => {
    expect((await start('printf', ['%s', 'as ever']).ended).stdout.toString()).toBe('as ever');
    await commands.set('printf', { real: true, failsAfter: { output: 2 } });
    expect(await start('printf', ['%s', 'as ever']).ended).toMatchObject({ code: 1, stdout: Buffer.from('as') });
  });
  expect(commands.calls('printf').map(({ exitCode }) => exitCode)).toEqual([0, 1]);
  await commands.remove();
});

test('a command is missing for as long as it should be, and the others are there', async () => {
  const missing = await withoutCommands(['mkfifo'], async () => [
    await start('mkfifo').ended,
    await start('printf', ['here']).ended,
  ]);
  expect(missing).toMatchObject([{ code: 'ENOENT' }, { stdout: Buffer.from('here') }]);
  expect(await start('mkfifo', ['--version']).ended).not.toMatchObject({ code: 'ENOENT' });
});
