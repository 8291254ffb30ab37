/** `npm run build`: dependencies and builds; needs no system package. */
import { orFail } from './setup/or-fail.mjs';
import { ensureBuild } from './setup/workspace.mjs';

await orFail('build', ensureBuild);
