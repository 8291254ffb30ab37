import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
  /** Puts these files there, whose names are those of restic's layout. */
  fill(files: Files): Promise<void>;
}

type Files = ReadonlyMap<string, Buffer>;

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
  return use(startS3, ({ data, accessKey, secretKey, bucket }, port, name) => ({
    path: `s3:http://127.0.0.1:${port}/${bucket}/${name}`,
    environment: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
    fill: (files) => {
      const metadata = JSON.stringify({ 'content-type': 'application/octet-stream' });
      const stored = [...files].flatMap(([path, content]): [string, Buffer][] => [
        [`${path}._S3rver_object`, content],
        [`${path}._S3rver_object.md5`, Buffer.from(createHash('md5').update(content).digest('hex'))],
        [`${path}._S3rver_metadata.json`, Buffer.from(metadata)],
      ]);
      return writeFiles(join(data, bucket, name), new Map(stored));
    },
  }));
}

/** restic's REST protocol, asking for a user and a password. */
export function useRest(): Remote {
  return use(startRclone, ({ user, password, port: own }, port, name) => ({
    path: `rest:http://127.0.0.1:${port}/${name}/`,
    environment: { RESTIC_REST_USERNAME: user, RESTIC_REST_PASSWORD: password },
    fill: async (files) => {
      const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
      const post = async (path: string, content: Uint8Array) => {
        const body = new Uint8Array(content);
        const answer = await fetch(`http://127.0.0.1:${own}/${name}/${path}`, { method: 'POST', headers, body });
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      };
      await post('?create=true', Buffer.of());
      for (const [path, content] of files) await post(path, content);
    },
  }));
}

/** A place on this machine's disk, where nothing is yet. */
export function onDisk(path: string): Place {
  return { path, environment: {}, fill: (files) => writeFiles(path, files) };
}

async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
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
