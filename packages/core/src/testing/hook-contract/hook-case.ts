import type { Bench } from './bench.ts';
import type { HookSubject } from './subject.ts';

/** A case before there is a subject. */
export interface HookCase {
  /** Heading in the documentation, and beginning of the name. */
  readonly id: string;
  /** What holds, as a sentence. */
  readonly title: string;
  /** Default: for every hook. */
  readonly appliesTo?: (subject: HookSubject) => boolean;
  readonly run: (bench: Bench) => Promise<void>;
}
