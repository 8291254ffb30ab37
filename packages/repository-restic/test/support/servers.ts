import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { startRclone } from '../../../../scripts/servers/rclone.mjs';
import { startS3 } from '../../../../scripts/servers/s3.mjs';
import { tempDir } from '../../../../test/support/servers.ts';
import { type FaultyWay, startFaultProxy } from './fault-proxy.ts';

/** Where a repository can be made: nothing is there yet. */
export interface Place {
  /** As restic is told it. */
  readonly path: string;
  /** What restic needs besides it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A server that the tests of one file, or of one `describe`, have for themselves. Only tests may ask it for something. */
export interface Remote {
  /** How the places are reached: here things can go wrong. */
  readonly way: FaultyWay;
  /** The server's own files. */
  readonly data: string;
  /** A new one with every call. */
  place(): Place;
  /** Ends the server at once, as a crash would. */
  kill(): void;
}

/** S3 that refuses whoever does not sign with the right keys. */
export function useS3(): Remote {
  return use(startS3, ({ accessKey, secretKey, bucket }, port, name) => ({
    path: `s3:http://127.0.0.1:${port}/${bucket}/${name}`,
    environment: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
  }));
}

/** restic's REST protocol, asking for a user and a password. */
export function useRest(): Remote {
  return use(startRclone, ({ user, password }, port, name) => ({
    path: `rest:http://127.0.0.1:${port}/${name}/`,
    environment: { RESTIC_REST_USERNAME: user, RESTIC_REST_PASSWORD: password },
  }));
}

interface Server {
  readonly port: number;
  readonly data: string;
  stop(): Promise<void>;
  kill(): void;
}

function use<S extends Server>(
  start: (scratch: string) => Promise<S>,
  placeAt: (server: S, port: number, name: string) => Place,
): Remote {
  let server: S | undefined;
  let way: FaultyWay | undefined;
  beforeAll(async () => {
    const scratch = await tempDir();
    // The server may run as a user without rights.
    await chmod(scratch, 0o711);
    server = await start(scratch);
    way = await startFaultProxy(server);
  });
  afterAll(async () => {
    await way?.close();
    await server?.stop();
  });
  const running = () => {
    if (server === undefined || way === undefined) throw new Error('the server runs during tests only');
    return { server, way };
  };
  return {
    get way() {
      return running().way;
    },
    get data() {
      return running().server.data;
    },
    place: () => {
      const { server, way } = running();
      return placeAt(server, way.port, `repository-${randomBytes(4).toString('hex')}`);
    },
    kill: () => running().server.kill(),
  };
}
