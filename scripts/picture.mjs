/** `npm run picture`: runs the demo, and draws the README's picture of what it prints. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shown, terminal } from './picture/terminal.mjs';
import { root } from './setup/workspace.mjs';

const demo = spawn(process.execPath, [join(root, 'examples/demo/demo.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
for await (const chunk of demo.stdout) output += chunk;
if (!output.includes('as it was.')) throw new Error(`the demo failed:\n${output}`);
writeFileSync(join(root, 'docs/demo.svg'), terminal(shown(output)));
