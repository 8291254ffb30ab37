/** `npm run build`: dependencies and builds; needs no system package. */
import { ensureBuild } from './setup/workspace.mjs';

try {
  await ensureBuild();
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
