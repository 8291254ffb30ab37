import { orFail } from './or-fail.mjs';
import { ensureSystemPackages } from './system.mjs';
import { ensureBuild } from './workspace.mjs';

/**
 * Makes a machine ready for the demo and the tests.
 *
 * @returns {Promise<boolean>} whether it is; if not, it has said why and set the exit status
 */
export function setUp() {
  return orFail('set-up', async () => {
    await ensureSystemPackages();
    await ensureBuild();
  });
}
