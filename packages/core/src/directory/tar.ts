import type { ChildCommand } from '../process/child.ts';
import type { ArchiveEntry, FilesPlan } from '../repository.ts';

/** As its messages and listings are read here, whatever language the host has. */
const env = { LC_ALL: 'C', TAR_OPTIONS: undefined };

/**
 * Ordinary files as one stream, by GNU tar: its manual. Their paths lose the first slash, as in Borg's archives. What cannot
 * be read is left out, with a message; special files are stored as such and not read.
 * @param paths absolute
 */
export function createCommand(
  paths: readonly string[],
  { excludes, leaveOut }: Pick<FilesPlan, 'excludes' | 'leaveOut'>,
): ChildCommand {
  const args = [
    '--create',
    '--file=-',
    '--format=posix',
    '--acls',
    '--xattrs',
    '--ignore-failed-read',
    '--warning=no-file-ignored', // sockets
    '--anchored',
    ...excludes.flatMap(excludeArgs),
    ...leaveOut.flatMap((path) => excludeArgs(`pp:${path}`)),
    '--directory=/',
    '--null',
    '--verbatim-files-from',
    '--files-from=-',
  ];
  return { file: 'tar', args, env, input: paths.map((path) => `${path.slice(1)}\0`).join('') };
}

/** The styles of Borg's patterns that tar has, too: `fm:`, the usual one, and paths as they stand. */
const excludeStyle = /^(?:(fm|pp|pf):)?(?![a-z]{2}:)\/*(.*)$/s;

function excludeArgs(pattern: string): readonly string[] {
  const [, style = 'fm', rest = ''] = excludeStyle.exec(pattern) ?? [];
  const how = style === 'fm' ? ['--wildcards', '--wildcards-match-slash'] : ['--no-wildcards'];
  return [...how, `--exclude=${rest}`];
}

export function isExcludePattern(pattern: string): boolean {
  return excludeStyle.test(pattern);
}

export function listCommand(): ChildCommand {
  const args = ['--list', '--file=-', '--verbose', '--numeric-owner', '--full-time', '--quoting-style=c'];
  return { file: 'tar', args, env };
}

/** What lies at the paths, one after the other. */
export function toStdoutCommand(paths: readonly string[]): ChildCommand {
  return { file: 'tar', args: ['--extract', '--file=-', '--to-stdout', '--', ...paths], env };
}

/** What lies below the path comes to lie in the destination. */
export function extractCommand(path: string, destination: string): ChildCommand {
  const depth = path.split('/').length;
  const args = ['--extract', '--file=-', `--directory=${destination}`, `--strip-components=${depth}`, '--', path];
  return { file: 'tar', args, env };
}

/** What {@link listCommand} prints: `-rw-r--r-- 0/0 7 2026-11-22 15:57:15.1 "etc/hosts"`. */
export function parseList(stdout: string): ArchiveEntry[] {
  return stdout.split('\n').flatMap((line): ArchiveEntry[] => {
    const [, kind, size, name] = /^(\S)\S* +\S+ +(\S+) +\S+ +\S+ +"((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
    if (name === undefined) return [];
    const path = unquoted(name).replace(/\/$/, '');
    const type = kind === '-' ? 'file' : kind === 'd' ? 'directory' : 'other';
    return [{ path, type, bytes: type === 'file' ? Number(size) : 0, whole: true }];
  });
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** C's way of writing bytes, in the listing's ASCII. */
function unquoted(text: string): string {
  const bytes = text.replace(/\\(?:([0-7]{3})|(.))/g, (_, octal?: string, letter = '') =>
    octal === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
