import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { KeyPath } from './key-path.ts';

/** Offset in the text of what stands at a path, or of the nearest thing around it that the text has. */
export function offsetOf(document: Document, path: KeyPath, at: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const pair = pairAt(document, node, step);
    if (pair === undefined) break;
    node = pair.value;
    const keyAsked = at === 'key' && index === path.length - 1;
    offset = (keyAsked ? startOf(pair.key) : undefined) ?? startOf(node) ?? startOf(pair.key) ?? offset;
  }
  return offset;
}

/** What a node holds under a key or an index, with the node of the key where there is one. */
function pairAt(
  document: Document,
  node: unknown,
  step: string | number,
): { key?: unknown; value: unknown } | undefined {
  const inner = resolved(document, node);
  if (isSeq(inner) && typeof step === 'number')
    return step < inner.items.length ? { value: inner.items[step] } : undefined;
  return isMap(inner) ? findPair(document, inner, String(step), new Set()) : undefined;
}

/** As in the value: a mapping's own pair wins over a merged one (`<<`), and of two with one key the later. */
function findPair(document: Document, map: YAMLMap, key: string, seen: Set<YAMLMap>): Pair | undefined {
  if (seen.has(map)) return undefined;
  seen.add(map);
  const own = map.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
  if (own !== undefined) return own;
  for (const source of map.items.filter(isMerge).flatMap((pair) => sources(document, pair.value))) {
    const pair = findPair(document, source, key, seen);
    if (pair !== undefined) return pair;
  }
  return undefined;
}

/** The mappings that a merge key's value stands for. */
function sources(document: Document, value: unknown): YAMLMap[] {
  const inner = resolved(document, value);
  return (isSeq(inner) ? inner.items.map((item) => resolved(document, item)) : [inner]).filter((item) => isMap(item));
}

/** A plain `<<`, not a quoted one. */
export function isMerge({ key }: Pair): boolean {
  return isScalar(key) && (typeof key.value === 'symbol' || (key.value === '<<' && key.type === 'PLAIN'));
}

function resolved(document: Document, value: unknown): unknown {
  return isAlias(value) ? value.resolve(document) : value;
}

export function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
