import { buildConfig, plain } from './build-config.ts';
import { checkHooks } from './check-hooks.ts';
import type { Config, ConfigOptions } from './config.ts';
import type { Source } from './problem.ts';

const source: Source = { name: '(configuration)', positionOf: () => undefined };

/**
 * Checks a configuration that is an object: the keys of a file, flat or in sections. The object is not changed. Its values
 * are taken as they are: the environment and credentials are for the program to put in.
 * @returns what `loadConfig` returns, without `file`; frozen
 * @throws BackupError `CONFIG_INVALID`, with every problem on a line of its own, or `HOOK_MISSING`
 */
export function parseConfig(value: unknown, options: ConfigOptions): Config {
  checkHooks(options.hooks);
  return buildConfig({ value: plain(value, source), source, problems: [] }, options);
}
