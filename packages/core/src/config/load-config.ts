import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BackupError } from '../errors.ts';
import { buildConfig } from './build-config.ts';
import { checkHooks } from './check-hooks.ts';
import type { Config, ConfigOptions } from './config.ts';
import { invalidConfig } from './problem.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads a YAML file, whose keys stand flat or in the sections `location`, `storage` and `hooks`.
 * @param path of the file, from the working directory; errors name it as it is given here
 * @returns the valid configuration, frozen; `file.path` is absolute
 * @throws BackupError `CONFIG_INVALID`, with every problem on a line of its own as `file:line:column: key: what`, or
 * `HOOK_MISSING` where the file has a section of a hook that was not passed
 */
export async function loadConfig(path: string, { hooks }: ConfigOptions): Promise<Config> {
  checkHooks(hooks);
  const text = await readText(path);
  const { value, problems, source } = readYaml(text, path);
  if (value === undefined) throw invalidConfig(problems, source);
  return buildConfig({ value, source, problems, file: { path: resolve(path), text } }, hooks);
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new BackupError('CONFIG_INVALID', `${path}: cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BackupError('CONFIG_INVALID', `${path}: is not a text in UTF-8`, { cause });
  }
}
