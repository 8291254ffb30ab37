/** `npm run setup`: system packages, dependencies, builds. Quick where nothing is to be done. */
import { setUp } from './setup/set-up.mjs';

await setUp();
