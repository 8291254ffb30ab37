import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the kernel gives to whoever asks for any: ip(7), `ip_local_port_range`. */
const [lowest, count] = [20_000, 12_000];

/** @returns {Promise<number>} a port of 127.0.0.1 that was free a moment ago */
async function freePort() {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/**
 * Starts something on a free port, and again on another where somebody else was quicker to take it.
 *
 * @template T
 * @param {(port: number) => Promise<T>} start
 * @returns {Promise<T>}
 */
export async function onFreePort(start) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return await start(port);
    } catch (error) {
      if (attempt === 5 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}
