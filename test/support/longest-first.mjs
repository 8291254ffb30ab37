import { createRequire } from 'node:module';

/** @type {{ default: typeof import('@jest/test-sequencer').default }} */
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/**
 * The fault matrix and the kit's own tests first: of a fresh clone jest knows no times and goes by the size of files, where
 * these come last, and what takes longest would run when all else is over.
 */
export default class LongestFirst extends Sequencer {
  /**
   * @override
   * @param {Parameters<InstanceType<typeof Sequencer>['sort']>[0]} tests
   */
  async sort(tests) {
    const sorted = [...(await super.sort(tests))];
    const isLong = (/** @type {{ path: string }} */ { path }) => /\/test\/(faults|testing)\//.test(path);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
