import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the outcomes are kept. */
export const document = readFileSync(join(import.meta.dirname, '../../../docs/reliability.md'), 'utf8');
