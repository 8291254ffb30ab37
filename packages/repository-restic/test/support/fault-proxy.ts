import { once } from 'node:events';
import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** One request that came. */
export interface Seen {
  readonly method: string;
  /** With its query, as it was asked for. */
  readonly path: string;
}

export type Trouble = {
  /** Which requests it befalls; all, where it is left out. */
  readonly of?: (request: Seen) => boolean;
  /** How many of these; all until `mend`, where it is left out. */
  readonly times?: number;
} & (
  | { readonly what: 'answer'; readonly status: Status }
  /** The connection is reset when so many bytes of the request's body have come, or of its answer's: with 0, at once. */
  | { readonly what: 'cut'; readonly afterBytes: number }
  /** Nothing moves any more, what is on its way neither, until `mend`: then it goes on. */
  | { readonly what: 'hang' }
);

type Status = 404 | 500 | 503;

/** A way to an HTTP server on which things can go wrong. */
export interface FaultyWay {
  readonly port: number;
  /** What came since the start; may be emptied. */
  readonly requests: Seen[];
  /** Makes trouble from now on, in the place of what was before. */
  trouble(trouble: Trouble): void;
  /** How many requests trouble has befallen since the start. */
  struck(): number;
  mend(): void;
  close(): Promise<void>;
}

/** An upload of a pack, which is where the data is: by S3 and by restic's REST protocol. */
export function isPackUpload({ method, path }: Seen): boolean {
  return (method === 'PUT' || method === 'POST') && /\/data\/[^?]/.test(path);
}

/** Puts itself on a free port of 127.0.0.1 in front of a server that listens there, too. */
export async function startFaultProxy(target: { readonly port: number }): Promise<FaultyWay> {
  const requests: Seen[] = [];
  let current: Trouble | undefined;
  let left = 0;
  let struck = 0;
  let mended = Promise.resolve();
  let release = () => {};

  const befalling = (seen: Seen) => (left > 0 && (current?.of?.(seen) ?? true) ? current : undefined);
  const strike = () => {
    left--;
    struck++;
  };
  const mend = () => {
    current = undefined;
    release();
  };

  /** Holds or cuts a request of which, or of whose answer, so many bytes have come, if that is to be done. */
  async function pass(request: IncomingMessage, seen: Seen, bytes: number) {
    const trouble = befalling(seen);
    if (trouble?.what === 'hang') {
      strike();
      await mended;
      if (request.socket.destroyed) throw new Error('its sender did not wait for that');
    } else if (trouble?.what === 'cut' && bytes >= trouble.afterBytes) {
      strike();
      request.socket.resetAndDestroy();
      throw new Error('cut');
    }
  }

  async function* flowing(body: IncomingMessage, request: IncomingMessage, seen: Seen) {
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      await pass(request, seen, bytes);
      yield chunk;
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const seen = { method: request.method ?? '', path: request.url ?? '' };
    requests.push(seen);
    const trouble = befalling(seen);
    if (trouble?.what === 'answer') {
      strike();
      request.resume();
      return refuse(response, trouble.status);
    }
    await pass(request, seen, 0);
    // A connection for each: one kept open may be closed by the server at the moment that it is used again.
    const onward = requestOf({
      host: '127.0.0.1',
      port: target.port,
      method: seen.method,
      path: seen.path,
      headers: request.rawHeaders,
      agent: false,
    });
    const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
    const [[answer]] = await Promise.all([answered, pipeline(flowing(request, request, seen), onward)]);
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    await pipeline(flowing(answer, request, seen), response);
  }

  // Without a limit on how long a request may take: one that hangs is not to be answered by us.
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    // One end has gone: so does the other, and neither gets an answer that nobody gave.
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    trouble: (trouble) => {
      mend();
      current = trouble;
      left = trouble.times ?? Number.POSITIVE_INFINITY;
      mended = new Promise((resolve) => {
        release = resolve;
      });
    },
    struck: () => struck,
    mend,
    close: async () => {
      mend();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** As S3 says it; who speaks another protocol looks at the status only. */
function refuse(response: ServerResponse, status: Status): void {
  const [code, message] = answers[status];
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

const answers: Readonly<Record<Status, readonly [code: string, message: string]>> = {
  404: ['NoSuchKey', 'The specified key does not exist.'],
  500: ['InternalError', 'We encountered an internal error. Please try again.'],
  503: ['SlowDown', 'Please reduce your request rate.'],
};
