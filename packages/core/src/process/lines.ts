import { StringDecoder } from 'node:string_decoder';

export interface LineSplitter {
  add(data: Buffer): void;
  /** Hands over what came after the last line end. */
  end(): void;
}

/** Cuts a stream of bytes into lines of UTF-8. A line of over 1 MiB is handed over in parts. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const hand = (text: string) => {
    const parts = (rest + text).split(/\r?\n|\r/);
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part);
    if (rest.length > 1 << 20) {
      onLine(rest);
      rest = '';
    }
  };
  return {
    add: (data) => hand(decoder.write(data)),
    end: () => {
      hand(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}

/** The last lines of a stream, for error messages. */
export class Tail {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line.slice(0, 4_096));
    if (this.#lines.length > 40) this.#lines.shift();
  }

  text(): string {
    return this.#lines.join('\n').trim();
  }
}
