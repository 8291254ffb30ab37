import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeServerDirectory, makeServerFile, startDaemon } from '../../../scripts/servers/daemon.mjs';
import { onFreePort } from '../../../scripts/servers/port.mjs';
import { servers, tempDir } from '../../support/servers.ts';
import { libraryDirectories, testProgram, unpackedFile } from '../../support/unpacked.ts';

/** The account on the far side. It is in no system's list of users: sshd is made to believe in it. */
export const user = 'keeper';

export interface Sshd {
  readonly port: number;
  /** What reaches this server and no other, asking nothing; the port not included. */
  readonly sshCommand: string;
  /** The account's home, where repositories can be made. */
  readonly home: string;
  /** Process ids of what serves the connections that there are: to end them is to drop these. */
  sessions(): number[];
  stop(): Promise<void>;
}

/** A throwaway sshd on 127.0.0.1 with keys of its own, that runs without rights and lets in `user` by its key alone. */
export async function startSshd(): Promise<Sshd> {
  const directory = makeServerDirectory(join(servers.scratch, `ssh-${randomBytes(4).toString('hex')}`), 0o711);
  const home = makeServerDirectory(join(directory, 'home'), 0o700);
  const keys = await tempDir();
  const [hostKey, userKey] = [makeKey(keys, 'host'), makeKey(keys, 'user')];

  const accounts = makeServerFile(join(directory, 'passwd'), passwd(home));
  const settings = {
    ListenAddress: '127.0.0.1',
    HostKey: makeServerFile(join(directory, 'host_key'), hostKey.secret),
    AuthorizedKeysFile: makeServerFile(join(directory, 'authorized_keys'), userKey.public),
    PidFile: 'none',
    UsePAM: 'no',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    // Everybody may write to /tmp, above our directory.
    StrictModes: 'no',
    ...laterPrograms(),
  };
  const config = makeServerFile(
    join(directory, 'sshd_config'),
    Object.entries(settings)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(''),
  );
  const { port, daemon } = await onFreePort(async (port) => ({
    port,
    daemon: await startDaemon(
      ['env', ...believing(accounts), ...testProgram('sshd'), '-D', '-e', '-f', config, '-o', `Port=${port}`],
      {
        cwd: directory,
        log: join(directory, 'log'),
        ready: /Server listening on/,
        stopSignal: 'SIGTERM',
        killSignal: 'SIGKILL',
      },
    ),
  }));
  const knownHosts = join(keys, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey.public}`);
  const sessions = () => descendantsOf(daemon.pid).filter((pid) => /^Name:\tsshd/.test(statusOf(pid)));
  return {
    port,
    sshCommand: `${testProgram('ssh').join(' ')} -F none -i ${userKey.file} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts}`,
    home,
    sessions,
    stop: async () => {
      for (const pid of sessions()) process.kill(pid, 'SIGKILL');
      await daemon.stop();
    },
  };
}

function makeKey(directory: string, name: string): { file: string; secret: string; public: string } {
  const file = join(directory, name);
  const [program, ...first] = testProgram('ssh-keygen');
  execFileSync(program, [...first, '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  return { file, secret: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8') };
}

/** As root, servers run as `nobody`. */
function passwd(home: string): string {
  const root = process.getuid?.() === 0;
  const [uid, gid] = root ? [65534, 65534] : [process.getuid?.(), process.getgid?.()];
  return `${user}:x:${uid}:${gid}::${home}:/bin/sh\n`;
}

/** The account is looked up in a file of our own. */
function believing(accounts: string): string[] {
  const found = libraryDirectories()
    .map((path) => join(path, 'libnss_wrapper.so'))
    .find((path) => existsSync(path));
  const group = makeServerFile(`${accounts}-group`, '');
  return [`LD_PRELOAD=${found ?? 'libnss_wrapper.so'}`, `NSS_WRAPPER_PASSWD=${accounts}`, `NSS_WRAPPER_GROUP=${group}`];
}

/** Since 9.8 sshd runs further programs, which it looks for where they would be installed. */
function laterPrograms(): Record<string, string> {
  const paths = {
    SshdSessionPath: unpackedFile('usr/lib/openssh/sshd-session'),
    SshdAuthPath: unpackedFile('usr/lib/openssh/sshd-auth'),
  };
  return Object.fromEntries(Object.entries(paths).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function descendantsOf(parent: number): number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && statusOf(pid).includes(`\nPPid:\t${parent}\n`));
  return [...children, ...children.flatMap(descendantsOf)];
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
