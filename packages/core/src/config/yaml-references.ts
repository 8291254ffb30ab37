import { type Document, isAlias, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { isMerge, startOf } from './yaml-position.ts';

export interface ReferenceFlaw {
  readonly offset: number;
  readonly what: string;
}

/**
 * What yaml lets pass, or only notices without a position, when it follows aliases and merge keys; and keys in braces
 * that have no value, which are likely parts of a value, so that they cannot be named in an error.
 */
export function referenceFlaws(document: Document): ReferenceFlaw[] {
  const flaws: ReferenceFlaw[] = [];
  const anchors = new Map<string, Node>();
  const flaw = (node: unknown, what: string) => flaws.push({ offset: startOf(node) ?? 0, what });
  const meaning = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node);
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
      } else if (!anchors.has(node.source)) flaw(node, 'no such anchor before it; quote a value that begins with `*`');
    },
    Pair(_, pair) {
      if (pair.value === null) flaw(pair.key, loneKey(isScalar(pair.key) ? pair.key.value : undefined));
      if (!isMerge(pair)) return;
      const merged = meaning(pair.value);
      const all = isSeq(merged) ? merged.items.map(meaning) : [merged];
      // An alias without an anchor has its own flaw.
      if (!all.every((item) => item === undefined || isMap(item)))
        flaw(pair.value, 'only mappings can be merged by `<<`');
    },
  });
  return flaws;
}

function loneKey(key: unknown): string {
  if (/^credential\b/.test(String(key))) return 'put quotes around a value with {credential …}';
  return 'a key without a value; is a space missing, or quotes around a comma?';
}

/** Offset of the first anchor of a document. */
export function firstAnchor(document: Document): number {
  let offset = 0;
  visit(document, {
    Node(_, node) {
      if (isAlias(node) || node.anchor === undefined) return undefined;
      offset = startOf(node) ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}
