/** Makes a machine ready for the demo and the tests: system packages, dependencies, builds. Quick where nothing is to do. */
import { ensureSystemPackages } from './setup/system.mjs';
import { ensureBuild } from './setup/workspace.mjs';

/** @returns {Promise<boolean>} whether it succeeded; else it has said why */
export async function setUp() {
  try {
    await ensureSystemPackages();
    await ensureBuild();
    return true;
  } catch (error) {
    console.error(`set-up: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

if (import.meta.filename === process.argv[1] && !(await setUp())) process.exitCode = 1;
