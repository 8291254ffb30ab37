import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { Position, Problem, Source } from './problem.ts';
import { offsetOf } from './yaml-position.ts';
import { firstAnchor, referenceFlaws } from './yaml-references.ts';
import { yamlWords } from './yaml-words.ts';

/** So many uses of an anchor, times those inside it, are taken: enough for any real file, too few for a bomb. */
const maxAliasCount = 10_000;

const options = {
  // Whatever a `%YAML` directive asks for.
  schema: 'core',
  merge: true,
  stringKeys: true,
  // Beyond the core schema a tag is an error like any other, rather than bytes or a set that no key takes.
  resolveKnownTags: false,
  // Pretty errors quote the file, and with it secrets.
  prettyErrors: false,
  logLevel: 'error',
} as const;

export interface ParsedYaml {
  /** Undefined where the text is too broken to have one. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  readonly source: Source;
}

/** Reads one YAML 1.2 document; `name` is what errors call its file. */
export function readYaml(text: string, name: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const source: Source = { name, positionOf: (path, at) => position(offsetOf(document, path, at)) };
  const fail = (offset: number, what: string): Problem => ({ path: [], what, position: position(offset) });

  const flaws = firstAtEachPlace([...document.errors, ...document.warnings]);
  const problems = flaws.map((flaw) => fail(flaw.pos[0], yamlWords(flaw, text)));
  if (flaws.some(isFatal)) return { value: undefined, problems, source };
  problems.push(...referenceFlaws(document).map(({ offset, what }) => fail(offset, what)));
  if (problems.length > flaws.length) return { value: undefined, problems, source };
  if (document.contents === null) return { value: undefined, problems: [fail(0, 'the file is empty')], source };
  try {
    return { value: document.toJS({ maxAliasCount }), problems, source };
  } catch {
    // The cause would say no more: yaml counts uses of anchors, and has stopped.
    const what = 'anchors (`&name`) that contain themselves, or are used too often by one another, are refused';
    return { value: undefined, problems: [...problems, fail(firstAnchor(document), what)], source };
  }
}

/** Where only a key is doubled or a tag unknown, the rest is still worth checking. */
function isFatal({ code }: YAMLError): boolean {
  return code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
}

/** One slip often gives several errors at the same place, of which the first says most. */
function firstAtEachPlace(flaws: readonly YAMLError[]): YAMLError[] {
  return [...new Map([...flaws].reverse().map((flaw) => [flaw.pos[0], flaw])).values()].reverse();
}
