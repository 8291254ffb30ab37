/** One thing that is asked. A test for any runner: `for (const c of hookContract({ … })) test(c.name, c.run)`. */
export interface ContractCase {
  /** `abort: …`; what is before the colon does not change. */
  readonly name: string;
  /** Resolves if it holds. Rejects with an error that says what was done instead, what is expected, and where to read on. */
  readonly run: () => Promise<void>;
}

/** What a case finds wrong. */
export class ContractError extends Error {
  override readonly name = 'ContractError';

  /**
   * @param what was done, or seen
   * @param expected instead
   * @param page with a heading for the case
   */
  constructor(what: string, expected: string, page: string, options?: ErrorOptions) {
    super(`${what}\n  expected: ${expected}\n  see ${page}`, options);
  }
}

/** How a promise settled, as a value. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Error & { readonly code?: unknown; readonly hint?: unknown } };

export async function outcomeOf<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** `DUMP_FAILED: pg_dump failed …`, for a message of one line. */
export function describeError({ message, code }: Error & { readonly code?: unknown }): string {
  return `${typeof code === 'string' ? `${code}: ` : ''}${message.replaceAll('\n', ' | ')}`;
}
