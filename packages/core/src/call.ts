import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { secretsOf } from './config/secrets.ts';
import { BackupError, type ErrorCode, withDetails } from './errors.ts';
import type { Event, EventBody, Phase, Verb } from './events.ts';
import { unboundReason } from './process/lifetime.ts';
import { makeRunDirectory, removeRunDirectory } from './process/run-directory.ts';
import { redactor } from './redact.ts';
import type { DatabaseRef } from './report.ts';
import type { RepositoryContext } from './repository.ts';
import { databaseTracer, type Traced, type TracedCall, traceCall, tracePhase } from './tracing.ts';

/** One call of a verb: its abort, its private directory, its events and warnings. */
export interface Call {
  readonly signal: AbortSignal;
  readonly directory: string;
  readonly startedAt: Date;
  readonly warnings: readonly string[];
  emit(event: EventBody): void;
  warn(message: string, database?: DatabaseRef): void;
  redact(text: string): string;
  /** Tells of the phase's start and end. */
  phase<T>(phase: Phase, work: () => Promise<T>, repository?: string): Promise<T>;
  /** Whatever was thrown, as the error that a user is given. */
  error(thrown: unknown, fallback: ErrorCode): BackupError;
  repositoryContext(name: string): RepositoryContext;
  /** What `make` gave the first time that this key was asked for. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Waits for what is under way, and removes the directory. */
  close(): Promise<void>;
}

interface CallSettings {
  readonly verb?: Verb;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
  /** Those of the call, besides those of the configuration. */
  readonly secrets?: readonly string[];
}

/** What tracing calls it, where it is no verb that tells of itself by events. */
type NamedSettings = CallSettings & ({ readonly verb: Verb } | { readonly verb?: never; readonly name: TracedCall });

/** Runs a verb; when it settles, its directory is gone and every failure is a `BackupError`. */
export function inCall<T>(config: Config, settings: NamedSettings, work: (call: Call) => Promise<T>): Promise<T> {
  const traced = { call: randomUUID(), verb: settings.verb ?? settings.name };
  return traceCall(traced, () => runCall(config, settings, traced, work));
}

async function runCall<T>(
  config: Config,
  settings: CallSettings,
  traced: Traced,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const call = await openCall(config, settings, traced);
  try {
    const unbound = settings.verb === undefined ? undefined : await unboundReason();
    if (unbound !== undefined) call.warn(unbound);
    return await work(call);
  } catch (thrown) {
    throw call.error(thrown, fallbackOf(settings));
  } finally {
    await call.close();
  }
}

/** Begins a call whose end is elsewhere, where it is to be closed. */
export async function openCall(config: Config, settings: CallSettings, traced?: Traced): Promise<Call> {
  const signal = settings.signal ?? new AbortController().signal;
  const redact = redactor([...secretsOf(config), ...(settings.secrets ?? [])]);
  const toError = (thrown: unknown, fallback: ErrorCode) => asBackupError(thrown, fallback, signal, redact);
  if (signal.aborted) throw toError(signal.reason, 'ABORTED');
  const directory = await makeRunDirectory(config.settings.borgmatic_source_directory);
  const warnings: string[] = [];
  const made = new Map<string, Promise<unknown>>();

  const trace = traced === undefined ? undefined : databaseTracer(traced);
  const emit = (body: EventBody) => {
    trace?.(body);
    if (settings.verb === undefined || settings.onEvent === undefined) return;
    const event = { verb: settings.verb, time: new Date().toISOString(), ...body } as Event;
    const failed = (error: unknown) => {
      const message = `onEvent failed: ${error instanceof Error ? error.message : String(error)}`;
      if (!warnings.includes(message)) warnings.push(message);
    };
    try {
      const given: unknown = settings.onEvent(event);
      Promise.resolve(given).catch(failed); // an asynchronous one
    } catch (error) {
      failed(error);
    }
  };
  const warn = (message: string, database?: DatabaseRef) => {
    const text = redact(message);
    if (warnings.includes(text)) return;
    warnings.push(text);
    emit({ type: 'warning', message: text, ...(database === undefined ? {} : { database }) });
  };
  if (settings.verb !== undefined) for (const warning of config.warnings) warn(warning);
  return {
    signal,
    directory,
    startedAt: new Date(),
    warnings,
    emit,
    warn,
    redact,
    error: toError,
    phase: (phase, run, repository) => {
      const about = { phase, ...(repository === undefined ? {} : { repository }) };
      const told = async () => {
        const started = performance.now();
        const end = (status: 'ok' | 'failed') =>
          emit({ type: 'phase-end', ...about, status, durationMs: elapsed(started) });
        emit({ type: 'phase-start', ...about });
        try {
          signal.throwIfAborted();
          const result = await run();
          end('ok');
          return result;
        } catch (error) {
          end('failed');
          throw error;
        }
      };
      if (traced === undefined) return told();
      return tracePhase({ ...traced, ...about }, told, (thrown) => toError(thrown, fallbackOf(settings)));
    },
    repositoryContext: (name) => {
      const own = join(directory, name);
      mkdirSync(own, { recursive: true, mode: 0o700 });
      return { signal, directory: own, warn };
    },
    once: <T>(key: string, make: () => Promise<T>) => {
      const known = made.get(key) ?? make();
      made.set(key, known);
      return known as Promise<T>;
    },
    close: async () => {
      await Promise.allSettled(made.values());
      await removeRunDirectory(directory).catch((error: Error) => {
        warn(`${directory} could not be removed, and is left to the next call: ${error.message}`);
      });
    },
  };
}

/** Milliseconds since a reading of `performance.now()`, whole. */
export function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}

function fallbackOf({ verb }: CallSettings): ErrorCode {
  return verb === 'restore' ? 'RESTORE_FAILED' : 'REPOSITORY_FAILED';
}

function asBackupError(
  thrown: unknown,
  fallback: ErrorCode,
  signal: AbortSignal,
  redact: (text: string) => string,
): BackupError {
  if (thrown instanceof BackupError && thrown.code === 'ABORTED') return thrown;
  if (signal.aborted) {
    const details = thrown instanceof BackupError ? { report: thrown.report, database: thrown.database } : {};
    return new BackupError('ABORTED', 'the call was aborted', { ...details, cause: signal.reason });
  }
  if (thrown instanceof BackupError) {
    const message = redact(thrown.message);
    return message === thrown.message ? thrown : withDetails(new BackupError(thrown.code, message, { ...thrown }), {});
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BackupError(fallback, redact(message), { cause: thrown });
}
