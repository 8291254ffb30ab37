import type { ErrorCode, YAMLError } from 'yaml';

/**
 * A flaw of a YAML text in words without any of the text, which may be a secret: yaml's own messages quote what they
 * stumbled on.
 */
export function yamlWords(flaw: YAMLError, text: string): string {
  if (flaw.code === 'TAG_RESOLVE_FAILED') return tagWords(text.slice(flaw.pos[0]));
  if (flaw.code === 'DUPLICATE_KEY') return duplicateWords(text.slice(flaw.pos[0]));
  const own = /^implicit map keys/i.test(flaw.message) ? words.MULTILINE_IMPLICIT_KEY : words[flaw.code];
  if (own !== undefined) return own;
  return quotesNothing.has(flaw.code) ? `not valid YAML: ${lowerFirst(flaw.message)}` : 'not valid YAML';
}

const words: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'a second document begins here; a configuration is one document',
  NON_STRING_KEY: 'a key must be a single word, not a list or a mapping',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  BAD_SCALAR_START: 'a value cannot begin with this character; put the value in quotes',
  BAD_DQ_ESCAPE: 'no escape sequence of double quotes; double the backslash or use single quotes',
  BAD_ALIAS: 'not the name of an anchor; put a value that begins with `*` or `&` in quotes',
  BAD_DIRECTIVE: 'no directive that is known; put a value that begins with `%` in quotes',
  UNEXPECTED_TOKEN: 'not expected here; a value with special characters needs quotes around all of it',
  BLOCK_AS_IMPLICIT_KEY: 'a second `: ` on the line, or a line indented too far; a value with `: ` in it needs quotes',
  MULTILINE_IMPLICIT_KEY:
    'neither a key with a value (`key: value`) nor part of the value above; is a space or a colon missing?',
  RESOURCE_EXHAUSTION: 'nested too deeply',
};

/** Codes whose messages in yaml are fixed texts. */
const quotesNothing = new Set<ErrorCode>([
  'ALIAS_PROPS',
  'BAD_INDENT',
  'BLOCK_IN_FLOW',
  'KEY_OVER_1024_CHARS',
  'MISSING_CHAR',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_TAGS',
]);

/** A tag is not named, except one that the reference knows: what looks like one can be a password. */
function tagWords(rest: string): string {
  const [known] = /^!(include|retain|omit)\b/.exec(rest) ?? [];
  if (known !== undefined) return `the tag \`${known}\` is not supported`;
  return 'a tag that is not supported; put a value that begins with `!` in quotes';
}

function duplicateWords(rest: string): string {
  const [key] = /^[\w.-]+(?=\s*:)/.exec(rest) ?? [];
  return key === undefined
    ? 'this key is given twice in the same mapping'
    : `\`${key}\` is given twice in the same mapping`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
