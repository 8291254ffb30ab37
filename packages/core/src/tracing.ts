import { tracingChannel } from 'node:diagnostics_channel';
import type { EventBody, Phase, Verb } from './events.ts';
import type { DatabaseRef } from './report.ts';

/** Calls that can be followed. */
export type TracedCall = Verb | 'listArchives' | 'initRepository';

/** What every message has; the message of one span is one object, from its start to its end. */
export interface Traced {
  /** The same in all messages of one call, and in no others. */
  readonly call: string;
  readonly verb: TracedCall;
}

type PhaseMessage = Traced & { readonly phase: Phase; readonly repository?: string };

/** What is set when the work is over. */
interface Outcome {
  result?: object;
  error?: unknown;
}

interface DatabaseMessage extends Traced, Outcome {
  readonly database: DatabaseRef;
  readonly repository: string;
  readonly expectedBytes?: number;
}

/** Held on to here: what nobody refers to may be collected, with those who have subscribed. */
const calls: Readonly<Record<TracedCall, ReturnType<typeof tracingChannel>>> = {
  backup: tracingChannel('dumpstream:backup'),
  restore: tracingChannel('dumpstream:restore'),
  prune: tracingChannel('dumpstream:prune'),
  compact: tracingChannel('dumpstream:compact'),
  check: tracingChannel('dumpstream:check'),
  deleteArchive: tracingChannel('dumpstream:deleteArchive'),
  listArchives: tracingChannel('dumpstream:listArchives'),
  initRepository: tracingChannel('dumpstream:initRepository'),
};
const phases = tracingChannel('dumpstream:phase');
const databases = tracingChannel('dumpstream:database');

/** Runs a call, told of by its channel. What it resolves or rejects with is what its caller gets, and holds no secret. */
export function traceCall<T>(message: Traced, work: () => Promise<T>): Promise<T> {
  const channel = calls[message.verb];
  return channel.hasSubscribers ? channel.tracePromise(work, { ...message }) : work();
}

/**
 * Runs a phase, told of by its channel: without what it resolves with, which is ours.
 * @param asError what a subscriber may see of what was thrown
 */
export async function tracePhase<T>(
  message: PhaseMessage,
  work: () => Promise<T>,
  asError: (thrown: unknown) => Error,
): Promise<T> {
  if (!phases.hasSubscribers) return work();
  let outcome: { readonly value: T } | { readonly thrown: unknown } | undefined;
  const told = async () => {
    try {
      outcome = { value: await work() };
    } catch (thrown) {
      outcome = { thrown };
      throw asError(thrown);
    }
  };
  await phases.tracePromise(told, { ...message }).catch(() => {});
  if (outcome !== undefined && 'value' in outcome) return outcome.value;
  throw outcome?.thrown;
}

/**
 * Tells of databases by a call's events, since the two ends of their work are in different places.
 * @returns what is to be given every event
 */
export function databaseTracer(about: Traced): (event: EventBody) => void {
  const begun = new Map<DatabaseRef, DatabaseMessage>();
  return (event) => {
    if (event.type === 'database-start' && databases.hasSubscribers) {
      const { type: _, ...rest } = event;
      const message = { ...about, ...rest };
      begun.set(event.database, message);
      databases.start.runStores(message, () => databases.end.publish(message));
    } else if (event.type === 'database-end') {
      const message = begun.get(event.database);
      begun.delete(event.database);
      if (message !== undefined) finish(message, event);
    }
  };
}

function finish(
  message: DatabaseMessage,
  { status, bytes, durationMs, error }: Extract<EventBody, { type: 'database-end' }>,
): void {
  if (error !== undefined) {
    message.error = error;
    databases.error.publish(message);
  } else message.result = { status, bytes, durationMs };
  databases.asyncStart.publish(message);
  databases.asyncEnd.publish(message);
}
