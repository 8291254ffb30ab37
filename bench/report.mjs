/** `npm run bench:report`: writes docs/performance.md and docs/scaling.md with their charts anew, each from its results.json. */
import { existsSync } from 'node:fs';
import { publish } from './publish.mjs';
import { publications } from './report/publications.mjs';

for (const publication of Object.values(publications)) if (existsSync(publication.results)) publish(publication);
