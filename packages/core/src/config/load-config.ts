import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BackupError } from '../errors.ts';
import { buildConfig, plain } from './build-config.ts';
import { checkHooks } from './check-hooks.ts';
import type { Config, ConfigOptions, EngineKeys } from './config.ts';
import { builtInEngines, enginesWith } from './engines.ts';
import { interpolate } from './interpolate.ts';
import { invalidConfig } from './problem.ts';
import { readYaml } from './yaml-source.ts';

/**
 * Reads a YAML file, whose keys stand flat or in the sections `location`, `storage`, `hooks` and the like. Its values may hold
 * `${NAME}` and `${NAME:-default}` from the environment, `{credential file PATH}` (from the file's directory) and
 * `{credential systemd NAME}`; `\${` is `${`.
 * @param path of the file, from the working directory; errors name it as it is given here
 * @returns the valid configuration, frozen; `file.path` is absolute
 * @throws BackupError `CONFIG_INVALID`, with every problem on a line of its own as `file:line:column: key: what`, or
 * `HOOK_MISSING` where the file has a section of a hook that was not passed
 */
export async function loadConfig(path: string, options: ConfigOptions): Promise<Config> {
  const { hooks, repositories } = options;
  checkHooks(hooks);
  const engines = enginesWith<EngineKeys>(builtInEngines, repositories);
  const text = await readText(path);
  const { value, problems, source } = readYaml(text, path);
  if (value === undefined) throw invalidConfig(problems, source);
  const file = { path: resolve(path), text };
  const interpolated = await interpolate(plain(value, source, problems), hooks, engines, dirname(file.path));
  return buildConfig(
    {
      value: plain(interpolated.value, source),
      source,
      problems: [...problems, ...interpolated.problems],
      file,
      interpolated,
    },
    options,
  );
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
