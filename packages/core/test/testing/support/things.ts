import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { chmod, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BackupError, type DatabaseHook, defineHook, Type } from '@dumpstream/core';
import type { HookSubject } from '@dumpstream/core/testing';
import { tempDir } from '../../../../../test/support/servers.ts';

/**
 * A database system for trying the contract: a database is a file of values, each after a line with its length. There is a
 * hook for it in JavaScript alone, and one that runs its clients `things-dump` and `things-load`, which want a password.
 */
const password = 'correct horse';

const clients = {
  'things-dump': 'exec cat -- "$1"',
  'things-load': 'exec cat > "$1"',
};

/** Installs the clients, for the rest of the test file. */
export async function installThings(): Promise<void> {
  const directory = await tempDir();
  const refusal = `[ "$THINGS_PASSWORD" = '${password}' ] || { echo 'wrong password' >&2; exit 1; }`;
  for (const [name, work] of Object.entries(clients)) {
    const lines = ['#!/bin/sh', '[ "$1" = --version ] && exit 0', refusal, work];
    await writeFile(join(directory, name), `${lines.join('\n')}\n`);
    await chmod(join(directory, name), 0o755);
  }
  process.env.PATH = [directory, process.env.PATH].join(delimiter);
}

/** A hook as the contract tries it, with databases in a directory of their own. */
export async function subjectOf(hook: DatabaseHook, kind: 'js' | 'commands'): Promise<HookSubject> {
  const directory = await tempDir();
  const at = (name: string) => fileOf({ directory, name });
  return {
    hook,
    entry: (name) => ({ name, directory, ...('password' in hook.entry.properties ? { password } : {}) }),
    write: (name, values) => writeFile(at(name), Buffer.concat(values.flatMap(encode))),
    read: async (name) => (existsSync(at(name)) ? decode(readFileSync(at(name))) : undefined),
    remove: (name) => rm(at(name), { force: true }),
    leftovers: async () => (await readdir(directory)).filter((file) => file.endsWith('.new')),
    ...(kind === 'js'
      ? { breakDump: (name) => writeFile(`${at(name)}.broken`, '') }
      : { commands: Object.keys(clients) }),
  };
}

function encode(value: Uint8Array): Uint8Array[] {
  return [Buffer.from(`${value.length}\n`), value];
}

function decode(content: Buffer): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf('\n', at);
    const length = Number(content.subarray(at, end));
    values.push(content.subarray(end + 1, end + 1 + length));
    at = end + 1 + length;
  }
  return values;
}

export function fileOf({ directory, name }: { readonly directory: string; readonly name: string }): string {
  return join(directory, `${encodeURIComponent(name)}.things`);
}

export async function list({ directory }: { readonly directory: string }) {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.things'));
  return files.map((file) => ({
    name: decodeURIComponent(file.slice(0, -'.things'.length)),
    kind: 'database' as const,
  }));
}

export const place = { name: Type.String({ minLength: 1 }), directory: Type.String() };

/** The bytes of a database, and the failure where its file is said to be broken. */
export async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    yield chunk;
    bytes += chunk.length;
    if (bytes > 20_000 && existsSync(`${file}.broken`)) throw new Error('the disk is broken');
  }
}

export const inJavaScript = {
  name: 'things_databases',
  entry: Type.Object(place),
  list,
  async check(job) {
    if (!('meta' in job)) await mustExist(job.entry as never);
    return {};
  },
  async dump({ entry }, sink) {
    await sink.write(bytesOf(fileOf(entry as never)));
    return { format: 'things' };
  },
  async restore({ entry }, source, context) {
    const file = fileOf(entry as never);
    context.defer(() => rm(`${file}.new`, { force: true }));
    await pipeline(source.read(), createWriteStream(`${file}.new`));
    await rename(`${file}.new`, file);
  },
} satisfies DatabaseHook;

async function mustExist(entry: { readonly directory: string; readonly name: string }): Promise<void> {
  await stat(fileOf(entry)).catch(() => {
    throw new BackupError('DATABASE_NOT_FOUND', `there is no ${entry.name}`);
  });
}

export const things = (client: string, secret: string | undefined, ...args: string[]) => ({
  file: client,
  args,
  env: { THINGS_PASSWORD: secret },
});

export const withCommands = defineHook({
  name: 'things_databases',
  entry: Type.Object({ ...place, password: Type.Optional(Type.String({ writeOnly: true })) }),
  list,
  async check(job, context) {
    for (const client of Object.keys(clients)) await context.run(things(client, undefined, '--version'));
    if (!('meta' in job)) await mustExist(job.entry);
    return {};
  },
  async dump({ entry }, sink) {
    await sink.from(things('things-dump', entry.password, fileOf(entry)));
    return { format: 'things' };
  },
  async restore({ entry }, source, context) {
    const file = fileOf(entry);
    context.defer(() => rm(`${file}.new`, { force: true }));
    await source.into(things('things-load', entry.password, `${file}.new`));
    await rename(`${file}.new`, file);
  },
});
