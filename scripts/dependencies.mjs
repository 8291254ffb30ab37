/** What a tool of the workspace needs before it can run, in a fresh clone too: `node scripts/dependencies.mjs && tsc`. */

import { orFail } from './setup/or-fail.mjs';
import { ensureDependencies } from './setup/workspace.mjs';

await orFail('dependencies', ensureDependencies);
