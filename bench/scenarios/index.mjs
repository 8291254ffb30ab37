import { measureCpu } from './cpu.mjs';
import { measureCrowd } from './crowd.mjs';
import { measureImports } from './importing.mjs';
import { measureLarge } from './large.mjs';
import { measureListing } from './listing.mjs';
import { measureMany } from './many.mjs';
import { measureMemory } from './memory.mjs';

/** @type {Readonly<Record<string, (lab: import('../support/lab.mjs').Lab) => Promise<void>>>} */
export const scenarios = {
  large: measureLarge,
  many: measureMany,
  crowd: measureCrowd,
  memory: measureMemory,
  importing: measureImports,
  listing: measureListing,
  cpu: measureCpu,
};
