import { BackupError, type ErrorCode } from '../errors.ts';
import { type KeyPath, keyPathText } from './key-path.ts';

/** One thing that is wrong with a configuration. */
export interface Problem {
  readonly path: KeyPath;
  /** What is wrong, in lower case, without any secret. */
  readonly what: string;
  /** Whether the key or its value is at fault. Default: the value. */
  readonly at?: 'key' | 'value';
  /** Default: `CONFIG_INVALID`. */
  readonly code?: ErrorCode;
  readonly hint?: string;
  /** Where it stands, if that is known without the path. */
  readonly position?: Position;
}

/** Both are counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a configuration comes from: a file or an object of the caller's. */
export interface Source {
  /** What an error calls it. */
  readonly name: string;
  /** Where the key or the value at a path stands; undefined in an object. */
  positionOf(path: KeyPath, at: 'key' | 'value'): Position | undefined;
}

/**
 * All problems as one error, in the order of the file, each on a line of its own: `file:line:column: key: what`.
 * A code other than `CONFIG_INVALID` wins, since it calls for a change of the program rather than of the file.
 */
export function invalidConfig(problems: readonly Problem[], source: Source): BackupError {
  const located = inOrder(problems, source);
  const lines = located.map(({ problem, position }) => line(problem, position, source));
  const code = problems.find((problem) => problem.code !== undefined)?.code ?? 'CONFIG_INVALID';
  const hints = new Set(located.flatMap(({ problem }) => problem.hint ?? []));
  return new BackupError(code, lines.join('\n'), hints.size === 0 ? {} : { hint: [...hints].join('; ') });
}

/** A key that is given for nothing. */
export interface Ignored {
  readonly path: KeyPath;
  /** What that means, or what to do instead. */
  readonly what: string;
}

/** A sentence for each, in the order of the file: `file:line:column: key is ignored: what`. */
export function ignoredLines(ignored: readonly Ignored[], source: Source): string[] {
  const found = ignored.map(({ path, what }): Problem => ({ path, at: 'key', what }));
  return inOrder(found, source).map(({ problem, position }) =>
    line({ path: [], what: `${keyPathText(problem.path)} is ignored: ${problem.what}` }, position, source),
  );
}

/** A key path for the middle of a sentence, with its line where there is one. */
export function mention(path: KeyPath, source: Source): string {
  const position = source.positionOf(path, 'key');
  return `\`${keyPathText(path)}\`${position === undefined ? '' : ` (line ${position.line})`}`;
}

function inOrder(problems: readonly Problem[], source: Source): { problem: Problem; position: Position | undefined }[] {
  const located = problems.map((problem) => ({ problem, position: locate(problem, source) }));
  return located.sort((a, b) => compare(a.position, b.position));
}

function locate(problem: Problem, source: Source): Position | undefined {
  return problem.position ?? source.positionOf(problem.path, problem.at ?? 'value');
}

function line(problem: Problem, position: Position | undefined, source: Source): string {
  const place = position === undefined ? source.name : `${source.name}:${position.line}:${position.column}`;
  const key = keyPathText(problem.path);
  return [place, ...(key === '' ? [] : [key]), problem.what].join(': ');
}

function compare(a: Position | undefined, b: Position | undefined): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
