/** `npm run setup`: system packages, dependencies, builds, and what only the tests need. Quick where nothing is to be done. */
import { setUp } from './setup/set-up.mjs';

await setUp({ tests: true });
