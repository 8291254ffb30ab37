import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TObject, Type } from 'typebox';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { BackupError } from '../../src/errors.ts';
import { type DatabaseHook, defineHook } from '../../src/hook.ts';

const entry = Type.Object({
  name: Type.String({ minLength: 1 }),
  hostname: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  username: Type.Optional(Type.String()),
  password: Type.Optional(Type.String({ writeOnly: true })),
  format: Type.Optional(Type.Union([Type.Literal('custom'), Type.Literal('plain'), Type.Literal('tar')])),
  options: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
});

/** A hook that can be configured and does nothing else. */
export function fakeHook(
  changes: { readonly name?: string; readonly entry?: TObject; readonly all?: boolean } = {},
): DatabaseHook {
  const hook = defineHook({
    name: changes.name ?? 'fake_databases',
    entry: changes.entry ?? entry,
    dump: async () => ({ format: 'none' }),
    restore: async () => {},
  });
  return changes.all === true ? { ...hook, list: async () => [] } : hook;
}

/** Loads a configuration from a file `backup.yaml` that is there for so long only. */
export async function load(text: string | Uint8Array, hooks: readonly DatabaseHook[] = [fakeHook()]): Promise<Config> {
  const directory = await mkdtemp(join(tmpdir(), 'dumpstream-config-'));
  try {
    await writeFile(join(directory, 'backup.yaml'), text);
    return await loadConfig(join(directory, 'backup.yaml'), { hooks });
  } catch (error) {
    if (error instanceof BackupError) error.message = error.message.replaceAll(`${directory}/`, '');
    throw error;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The warnings of a configuration that was loaded, with the file named `backup.yaml`. */
export function warningsOf({ warnings, file }: Config): string[] {
  return warnings.map((warning) => warning.replace(`${file?.path}`, 'backup.yaml'));
}

/** The error that loading gives, with the file named `backup.yaml`. */
export async function loadError(text: string | Uint8Array, hooks?: readonly DatabaseHook[]): Promise<BackupError> {
  return await load(text, hooks).then(() => {
    throw new Error('the configuration was accepted');
  }, asBackupError);
}

/** The lines of that error's message. */
export async function loadProblems(text: string | Uint8Array, hooks?: readonly DatabaseHook[]): Promise<string[]> {
  return (await loadError(text, hooks)).message.split('\n');
}

/** The error that an object gives. */
export function parseError(value: unknown, hooks: readonly DatabaseHook[] = [fakeHook()]): BackupError {
  let config: Config;
  try {
    config = parseConfig(value, { hooks });
  } catch (error) {
    return asBackupError(error);
  }
  throw new Error(`the configuration was accepted: ${JSON.stringify(config)}`);
}

function asBackupError(error: unknown): BackupError {
  if (error instanceof BackupError) return error;
  throw error;
}
