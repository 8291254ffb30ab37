import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut or made to hang. */
export interface Detour {
  readonly port: number;
  /** How often it has struck. */
  struck(): number;
  /** Everything flows again, for new connections. */
  mend(): void;
  close(): Promise<void>;
}

export interface Trouble {
  /** Bytes of one connection, one way, after which it begins. */
  readonly after: number;
  readonly way: 'from the server' | 'to the server';
  /**
   * `cut`: all connections are reset, new ones refused. `hang`: they stay, and nothing moves any more. Else they stand
   * still while this is done, and then go on, or are `lost` with all that is on its way.
   */
  readonly what: 'cut' | 'hang' | (() => Promise<Held>);
}

/** What becomes of connections that stood still. */
export type Held = 'lost' | 'kept';

export async function startProxy(target: { host: string; port: number }, trouble: Trouble): Promise<Detour> {
  const sockets = new Set<Socket>();
  let state: 'flowing' | 'cut' | 'hang' = 'flowing';
  let struck = 0;

  const strike = () => {
    if (struck > 0) return;
    struck++;
    const { what } = trouble;
    const there = [...sockets];
    if (what === 'cut') for (const socket of there) socket.resetAndDestroy();
    else for (const socket of there) socket.pause();
    if (typeof what === 'string') state = what;
    else
      void what().then((end) => there.forEach((socket) => void (end === 'lost' ? socket.destroy() : socket.resume())));
  };
  const forward = (from: Socket, to: Socket, counts: boolean) => {
    let bytes = 0;
    from.on('data', (data) => {
      if (state !== 'flowing') return;
      to.write(data);
      bytes += data.length;
      if (counts && bytes > trouble.after) strike();
    });
    from.on('end', () => state === 'flowing' && to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      if (state !== 'hang') to.destroy();
    });
  };
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client);
    if (state === 'cut') return void client.resetAndDestroy();
    if (state === 'hang') return void client.pause().on('error', () => {});
    const upstream = connect(target.port, target.host);
    sockets.add(upstream);
    forward(client, upstream, trouble.way === 'to the server');
    forward(upstream, client, trouble.way === 'from the server');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    struck: () => struck,
    mend: () => {
      end();
      state = 'flowing';
    },
    close: async () => {
      end();
      server.close();
      await once(server, 'close');
    },
  };
}
