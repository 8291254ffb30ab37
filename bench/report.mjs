/** `npm run bench:report`: writes docs/performance.md and its charts anew from docs/performance/results.json. */
import { publish } from './publish.mjs';

publish();
