import { inspect } from 'node:util';

/**
 * Freezes an object whose `JSON.stringify`, `console.log` and the like are to show something else. A copy made by spread
 * is not guarded any more.
 */
export function guarded<T extends object>(object: T, shown: () => unknown): T {
  const hidden = { value: shown, enumerable: false };
  return Object.freeze(Object.defineProperties(object, { toJSON: hidden, [inspect.custom]: hidden }));
}
