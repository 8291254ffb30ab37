import { orFail } from './or-fail.mjs';
import { ensureSystemPackages } from './system.mjs';
import { ensureTestPrograms } from './test-programs.mjs';
import { ensureBuild } from './workspace.mjs';

/**
 * Makes a machine ready for the demo, and for the tests where that is asked for.
 *
 * @param {{ tests?: boolean }} [options]
 * @returns {Promise<boolean>} whether it is; if not, it has said why and set the exit status
 */
export function setUp({ tests = false } = {}) {
  return orFail('set-up', async () => {
    await ensureSystemPackages({ tests });
    await ensureBuild();
    if (tests) await ensureTestPrograms();
  });
}
