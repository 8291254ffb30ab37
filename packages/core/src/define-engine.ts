import type { Static, TObject } from 'typebox';
import type { RepositoryProvider } from './config/config.ts';

/** Gives an engine its types: what `open` and `problems` are given has the keys that `entry` describes. */
export function defineEngine<E extends TObject>(
  engine: Omit<RepositoryProvider<Static<E>>, 'entry'> & { readonly entry: E },
): RepositoryProvider {
  return engine;
}
