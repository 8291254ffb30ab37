import { parseComment } from '../comment.ts';
import type { CheckPlan, CompactStats, RepositoryContext, StoredArchive } from '../repository.ts';
import {
  type BorgTarget,
  checkCommand,
  compactCommand,
  deleteArchiveCommand,
  listCheckpointsCommand,
} from './command.ts';
import type { BorgMessage } from './log.ts';
import { parseCommandLines, parseFreed } from './parse.ts';
import { runBorg } from './run.ts';

/** Arguments of one command are limited, and so is what is lost when it is ended. */
const atOnce = 500;

export async function removeArchives(
  target: BorgTarget,
  archives: readonly StoredArchive[],
  context: RepositoryContext,
): Promise<void> {
  await removeNames(
    target,
    archives.map(({ name }) => name),
    context,
  );
}

async function removeNames(target: BorgTarget, names: readonly string[], context: RepositoryContext): Promise<void> {
  for (let at = 0; at < names.length; at += atOnce) {
    const [first, ...others] = names.slice(at, at + atOnce) as [string, ...string[]];
    await runBorg(target, deleteArchiveCommand(target, first, ...others), context, {
      accept: ({ code }, messages) => code === 0 || (code === 1 && logged(messages).every(({ text }) => isGone(text))),
    });
  }
}

function isGone(text: string): boolean {
  return /^Archive .* (?:not found|does not exist)/.test(text);
}

/** A backup that was interrupted after half an hour has left a checkpoint, which holds on to its data. */
export async function compactRepository(target: BorgTarget, context: RepositoryContext): Promise<CompactStats> {
  const checkpoints = parseCommandLines(await runBorg(target, listCheckpointsCommand(target), context));
  await removeNames(
    target,
    checkpoints.filter(({ name, args }) => isCheckpoint(name) && isOurs(args)).map(({ name }) => name),
    context,
  );
  let freedBytes: number | undefined;
  await runBorg(target, compactCommand(target), context, {
    accept: ({ code }, messages) => {
      freedBytes = logged(messages).flatMap(({ text }) => parseFreed(text) ?? [])[0];
      return code === 0;
    },
  });
  return freedBytes === undefined ? {} : { freedBytes };
}

function isCheckpoint(name: string): boolean {
  return /\.checkpoint(?:\.\d+)?$/.test(name);
}

/** A checkpoint has no comment yet; Borg keeps the command. */
function isOurs(args: readonly string[]): boolean {
  const comment = args[args.indexOf('--comment') + 1] ?? '';
  return parseComment(comment.replace(/\{\{|\}\}/g, (braces) => braces.slice(1))) !== undefined;
}

/** With exit status 1 Borg says what is damaged, at the level ERROR; what failed otherwise is 2. */
export async function checkRepository(
  target: BorgTarget,
  { verifyData }: CheckPlan,
  context: RepositoryContext,
): Promise<readonly string[]> {
  const problems: string[] = [];
  await runBorg(target, checkCommand(target, verifyData), context, {
    accept: ({ code }, messages) => {
      if (code === 1) for (const { level, text } of logged(messages)) if (level === 'ERROR') problems.push(text);
      return code === 0 || problems.length > 0;
    },
  });
  return problems;
}

function logged(messages: readonly BorgMessage[]): readonly Extract<BorgMessage, { type: 'log' }>[] {
  return messages.filter((message) => message.type === 'log');
}
