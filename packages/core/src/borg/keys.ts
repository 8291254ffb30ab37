import type { EngineKeys } from '../config/config.ts';

/** Borg, as a configuration has it. */
export const borgKeys: EngineKeys = { engine: 'borg' };
