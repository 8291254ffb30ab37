import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Config, type DatabaseHook, loadConfig } from '@dumpstream/core';
import { restic } from '@dumpstream/repository-restic';

/** A configuration of a page, read as a reader's program would, with whatever it refers to in the environment and in files. */
export async function loaded(yaml: string, hooks: readonly DatabaseHook[], directory: string): Promise<Config> {
  const put = (name: string) => writeFile(join(directory, basename(name)), 'secret');
  for (const [, , name = ''] of yaml.matchAll(/\{credential (file|systemd) ([^}]+)\}/g)) await put(name);
  for (const [, name = ''] of yaml.matchAll(/\$\{(\w+)\}/g)) process.env[name] ??= 'secret';
  process.env.CREDENTIALS_DIRECTORY = directory;
  const file = join(directory, 'backup.yaml');
  await writeFile(file, yaml.replaceAll(/(?<=\{credential file )\S+\//g, `${directory}/`));
  return loadConfig(file, { hooks, repositories: [restic()] });
}
