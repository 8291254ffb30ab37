import type { RepositoryBench } from './bench.ts';

/** A case before there is a subject. */
export interface RepositoryCase {
  readonly id: string;
  readonly title: string;
  readonly run: (bench: RepositoryBench) => Promise<void>;
}
