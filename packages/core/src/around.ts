import type { Call } from './call.ts';
import type { Config } from './config/config.ts';
import { BackupError } from './errors.ts';
import type { Verb } from './events.ts';
import { withoutPassphrase } from './job.ts';
import type { RunOptions } from './options.ts';
import { runChild } from './process/child.ts';
import type { BackupReport, RestoreReport } from './report.ts';

/** What stands in the commands for `{repository}` and the like. */
export interface Placeholders {
  readonly repository: string;
  readonly archive: string;
}

/** Thrown when a command asks for the run to end without being a failure. */
export class SoftEnd extends Error {}

/** EX_TEMPFAIL of sysexits.h: not now, and nothing is wrong. */
const softEndStatus = 75;

/** The user's own steps before and after a run: shell commands of the configuration, and functions of the call. */
export class Around<R extends BackupReport | RestoreReport> {
  readonly #call: Call;
  readonly #config: Config;
  readonly #options: RunOptions<R>;
  readonly #verb: Verb;

  constructor(call: Call, config: Config, options: RunOptions<R>, verb: Verb) {
    this.#call = call;
    this.#config = config;
    this.#options = options;
    this.#verb = verb;
  }

  /** @throws SoftEnd, BackupError COMMAND_HOOK_FAILED */
  async before(placeholders: Placeholders): Promise<void> {
    if (this.#options.dryRun === true) return;
    await this.#run(this.#verb === 'backup' ? 'before_backup' : 'before_restore', placeholders);
    await this.#step('before', async () => this.#options.before?.({ signal: this.#call.signal }));
  }

  /** Only after success. */
  async after(placeholders: Placeholders, report: R): Promise<void> {
    if (this.#options.dryRun === true) return;
    await this.#run(this.#verb === 'backup' ? 'after_backup' : 'after_restore', placeholders);
    await this.#step('after', async () => this.#options.after?.(report));
  }

  /** Only after a failure that is not an abort; what fails here becomes a warning, since the failure says more. */
  async onError(placeholders: Placeholders, error: BackupError): Promise<void> {
    if (this.#options.dryRun === true || error.code === 'ABORTED') return;
    try {
      await this.#run('on_error', { ...placeholders, error: error.message });
      await this.#step('onError', async () => this.#options.onError?.(error));
    } catch (thrown) {
      if (!(thrown instanceof SoftEnd)) this.#call.warn((thrown as Error).message);
    }
  }

  async #step(name: string, work: () => Promise<unknown>): Promise<void> {
    this.#call.signal.throwIfAborted();
    try {
      await work();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new BackupError('COMMAND_HOOK_FAILED', this.#call.redact(`the function \`${name}\` failed: ${message}`), {
        cause,
      });
    }
  }

  async #run(key: CommandHook, placeholders: Placeholders & { error?: string }): Promise<void> {
    const values = { error: '', ...placeholders, configuration_filename: this.#config.file?.path ?? '' };
    for (const text of this.#config.settings[key] ?? []) {
      const args = ['-c', fill(text, values)];
      const exit = await runChild(withoutPassphrase({ file: 'sh', args }), this.#call.signal);
      if (exit.code === 0) continue;
      if (exit.code === softEndStatus) throw new SoftEnd(`${key} asked to end the run: ${text}`);
      const end = exit.signal === undefined ? `exit status ${exit.code}` : `signal ${exit.signal}`;
      const output = `${exit.stdout}\n${exit.stderr}`.trim().split('\n').slice(-10).join('\n');
      throw new BackupError(
        'COMMAND_HOOK_FAILED',
        this.#call.redact(`the command of ${key} failed (${end}): ${text}${output === '' ? '' : `\n${output}`}`),
        { hint: 'try the command by hand; exit status 75 ends the run without a failure' },
      );
    }
  }
}

type CommandHook = 'before_backup' | 'after_backup' | 'before_restore' | 'after_restore' | 'on_error';

/** Only the known names: other braces are the shell's or awk's. Each value is one word to the shell, whatever it holds. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (found, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? found : `'${value.replaceAll("'", `'\\''`)}'`;
  });
}
