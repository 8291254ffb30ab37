/** `npm run demo`: the set-up, then the demo. */
import { setUp } from './setup.mjs';

if (await setUp()) await import('../examples/demo/demo.mjs');
else process.exitCode = 1;
