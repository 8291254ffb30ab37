import { distance } from 'fastest-levenshtein';

/** The known word that was probably meant, if there is one. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const given = word.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, far: farness(given, candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const [best] = ranked;
  return best !== undefined && best.far <= Math.max(2, given.length * 0.4) && best.far < given.length - 1
    ? best.candidate
    : undefined;
}

/** A shortened or lengthened word (`host` for `hostname`) is nearer than another one with few letters changed (`port`). */
function farness(given: string, candidate: string): number {
  const shorter = Math.min(given.length, candidate.length);
  const continued = shorter >= 3 && (candidate.startsWith(given) || given.startsWith(candidate));
  return continued ? 0.5 : distance(given, candidate);
}

export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `; did you mean \`${meant}\`?`;
}
