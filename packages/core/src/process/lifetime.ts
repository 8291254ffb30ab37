import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { findExecutable } from './find-executable.ts';

/**
 * The same command, so that the kernel sends it a signal when this process dies, however it dies.
 * Linux only: `setpriv --pdeathsig` (util-linux) asks for it and then becomes the command, so the process id is the
 * command's own. prctl(2), PR_SET_PDEATHSIG. Where this process has died before that, the command is not begun.
 */
export async function boundToHost(
  argv: readonly string[],
  signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM',
): Promise<readonly string[]> {
  const setpriv = await findSetpriv();
  if (setpriv === undefined) return argv;
  return [setpriv, '--pdeathsig', signal.slice(3), '--', ...ifStillParent, String(process.pid), ...argv];
}

const ifStillParent = ['/bin/sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"'];

/** Why children would outlive a killed host here; undefined where they do not. */
export async function unboundReason(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'children are ended with a killed host on Linux only';
  return (await findSetpriv()) === undefined
    ? 'children are not ended with a killed host: install util-linux, whose setpriv sees to that'
    : undefined;
}

async function findSetpriv(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const setpriv = await findExecutable('setpriv').catch(() => undefined);
  // Busybox has a program of that name that knows no --pdeathsig.
  return setpriv !== undefined && basename(await realpath(setpriv)) !== 'busybox' ? setpriv : undefined;
}
