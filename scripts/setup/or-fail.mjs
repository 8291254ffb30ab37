/**
 * Runs a step; where it fails, says why and has this process exit with a status other than 0.
 *
 * @param {string} step
 * @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function orFail(step, work) {
  try {
    await work();
    return true;
  } catch (error) {
    console.error(`${step}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
    return false;
  }
}
