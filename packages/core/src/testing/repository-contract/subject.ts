import type { Repository } from '@dumpstream/core';

/** An engine, as the contract tries it. */
export interface RepositorySubject {
  /** A repository where there is none yet; each time another one. */
  open(): Promise<Repository>;
  /** For `init`. Default: `none`. */
  readonly encryption?: string;
}
