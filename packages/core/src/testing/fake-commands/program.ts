/**
 * What a fake command runs, as CommonJS: `module.exports(name)`. It lies in a directory of its own, with `commands.json` (name → what
 * it is to do) and `calls/`, in which each call has a directory: `call.json` when it begins, `input` as it is read, and
 * `end.json`, which is missing where it was killed.
 *
 * Standard input is read and standard output written without blocking the program, and without making the pipes non-blocking,
 * which others share. No read is waiting when it exits: Node would wait for that.
 */
export const program = `'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const read = promisify(fs.read);
const write = promisify(fs.write);
const enough = { isEnough: true };

module.exports = async function run(name) {
  const argv = process.argv.slice(2);
  const behaviours = JSON.parse(fs.readFileSync(path.join(__dirname, 'commands.json'), 'utf8'))[name];
  const behaviour = behaviours.find(({ when }) => when === undefined || argv.some((word) => word.includes(when)));
  const directory = path.join(__dirname, 'calls', process.hrtime.bigint().toString().padStart(20, '0') + '-' + process.pid);
  fs.mkdirSync(directory);
  const { pid, env } = process;
  // Whoever looks in between sees all of it, or nothing.
  const put = (file, value) => {
    fs.writeFileSync(path.join(directory, file + '.new'), JSON.stringify(value));
    fs.renameSync(path.join(directory, file + '.new'), path.join(directory, file));
  };
  put('call.json', { name, argv, env, pid, cwd: process.cwd() });
  const input = fs.openSync(path.join(directory, 'input'), 'w');
  const state = { inputEnded: false, written: 0 };
  const end = (exitCode) => {
    put('end.json', { inputEnded: state.inputEnded, exitCode });
    process.exit(exitCode);
  };
  if (behaviour === undefined) {
    process.stderr.write('fake ' + name + ': nothing is said of a call with ' + JSON.stringify(argv) + '\\n');
    return end(127);
  }
  const { delayMs = 0, stderr = '', output, real = false, failsAfter = {} } = behaviour;
  const failure = behaviour.exitCode || 1;
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (stderr !== '') fs.writeSync(2, stderr);
  try {
    if (real) return end(await pass());
    if (behaviour.input !== 'ignored') await takeInput(async () => {});
    await give(fs.createReadStream(path.join(__dirname, output)));
  } catch (error) {
    if (error !== enough && error.code !== 'EPIPE') throw error;
    return end(failure);
  }
  end(behaviour.exitCode ?? 0);

  async function takeInput(hand) {
    const buffer = Buffer.allocUnsafe(65536);
    let bytes = 0;
    for (;;) {
      if (bytes >= (failsAfter.input ?? Infinity)) throw enough;
      const { bytesRead } = await read(0, buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      fs.writeSync(input, buffer, 0, bytesRead);
      bytes += bytesRead;
      await hand(buffer.subarray(0, bytesRead));
    }
    state.inputEnded = true;
  }

  async function give(chunks) {
    const limit = failsAfter.whole ? Infinity : (failsAfter.output ?? Infinity);
    if (limit === 0) throw enough;
    for await (const chunk of chunks) {
      const wanted = chunk.subarray(0, limit - state.written);
      for (let at = 0; at < wanted.length; ) at += (await write(1, wanted, at)).bytesWritten;
      state.written += wanted.length;
      if (state.written >= limit) throw enough;
    }
  }

  async function pass() {
    const folders = (process.env.PATH || '').split(path.delimiter).filter((folder) => folder !== __dirname);
    const file = folders.map((folder) => path.join(folder, name)).find((candidate) => fs.existsSync(candidate));
    const child = spawn(file ?? name, argv, {
      argv0: name,
      env: { ...process.env, PATH: folders.join(path.delimiter) },
      stdio: [failsAfter.input === undefined ? 'inherit' : 'pipe', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal === null ? code : 128));
    });
    exited.catch(() => {});
    try {
      const forwarded = child.stdin === null ? undefined : forward(child.stdin);
      await Promise.all([forwarded, give(child.stdout)]);
      const code = await exited;
      const isMeant = failsAfter.whole && state.written >= (failsAfter.output ?? 0);
      return code === 0 && isMeant ? failure : code;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async function forward(stdin) {
    stdin.on('error', () => {});
    await takeInput((chunk) => new Promise((resolve) => stdin.write(Buffer.from(chunk), () => resolve())));
    stdin.end();
  }
};
`;
