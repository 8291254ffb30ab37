/** Runs one of the workspace's tools, in a fresh clone too: `node scripts/tool.mjs tsc --noEmit`. */
import { join } from 'node:path';
import { exitStatus } from './setup/run.mjs';
import { ensureDependencies, root } from './setup/workspace.mjs';

const [tool = '', ...args] = process.argv.slice(2);
await ensureDependencies();
const status = await exitStatus(join(root, 'node_modules/.bin', tool), args, { cwd: root, stdio: 'inherit' });
process.exitCode = typeof status === 'number' ? status : 1;
