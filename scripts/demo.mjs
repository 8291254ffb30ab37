/** `npm run demo`: the set-up, then the demo. */
import { setUp } from './setup/set-up.mjs';

if (await setUp()) await import('../examples/demo/demo.mjs');
