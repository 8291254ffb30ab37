import { PassThrough, type Readable } from 'node:stream';
import type { Dialogue } from './hook.ts';

/**
 * Speaks to a command.
 * @param start runs it with that standard input, hands over each line of its output, and resolves when it has exited with status 0
 */
export function startDialogue(
  start: (input: Readable, onOutput: (line: string) => void) => Promise<unknown>,
): Dialogue {
  const input = new PassThrough();
  let answer = (_line: string) => {};
  const ended = start(input, (line) => answer(line));
  ended.catch(() => {}); // told to who asks
  return {
    ask(text) {
      const answered = new Promise<string>((resolve) => {
        answer = resolve;
      });
      input.write(text);
      return Promise.race([answered, ended.then(() => '')]);
    },
    async end() {
      input.end();
      await ended;
    },
  };
}
