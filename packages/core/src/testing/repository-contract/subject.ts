import type { Repository } from '@dumpstream/core';

/** An engine, as the contract tries it. */
export interface RepositorySubject {
  /** A repository where there is none yet; each time another one. */
  open(): Promise<Repository>;
  /** For `init`. Default: `none`. */
  readonly encryption?: string;
  /** Changes some bytes of the data that a repository of `open` has stored. Without it nobody knows whether `check` finds damage. */
  damage?(repository: Repository): Promise<void>;
}
