import { randomBytes } from 'node:crypto';

export function texts(...values: readonly string[]): Uint8Array[] {
  return values.map((value) => Buffer.from(value));
}

/** Values of so many bytes together, of which little can be compressed. */
export function bulk(bytes: number): Uint8Array[] {
  const size = 50_000;
  return Array.from({ length: Math.ceil(bytes / size) }, () =>
    Buffer.from(randomBytes(size).toString('base64').slice(0, size)),
  );
}

/** What goes wrong when bytes are taken for text, for lines, or for words of a language. */
export function awkwardBytes(): Uint8Array[] {
  return [
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    Buffer.from('line\r\nline\n\n'),
    Buffer.from('a\0b'),
    Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
    Buffer.from(`'"\`\\;--$(x)%s{}`),
    Buffer.from(' spaces \t'),
    Buffer.alloc(0),
    Buffer.from('Zoë 😀'),
    randomBytes(70_000),
  ];
}

/** Names that shells, paths, SQL, connection strings and lists of lines each take for something else. */
export const hostileNames: readonly string[] = [
  ` it's "so" \`now\`; $(echo x) `,
  '-rf %s%20 *',
  'postgresql://x?key=value',
  'a/b',
  '..',
  'back\\slash',
  'new\nline\ttab',
  'Zoë MiXed',
  '😀',
];
