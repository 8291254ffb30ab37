import { availableParallelism } from 'node:os';

/** So many sessions work at one directory at once, where the options say nothing else: a server has others to serve. */
export function parallelJobs(): number {
  return Math.min(availableParallelism(), 8);
}
