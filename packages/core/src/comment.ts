import { hostname } from 'node:os';
import { Type } from 'typebox';
import Value from 'typebox/value';
import type { DatabaseRef } from './report.ts';

/**
 * The archive's comment: the manifest's short form, so that listing archives with their databases takes one call. Written
 * when the archive is begun; whether the archive is whole, the manifest alone says.
 */
const schema = Type.Object({
  dumpstream: Type.Literal(1),
  /** Name of the host that made it. */
  host: Type.Optional(Type.String()),
  /** Absent where they are too many for a comment. */
  databases: Type.Optional(
    Type.Array(
      Type.Object({
        hook: Type.String(),
        name: Type.String(),
        kind: Type.Union([Type.Literal('database'), Type.Literal('globals')]),
        hostname: Type.Optional(Type.String()),
        port: Type.Optional(Type.Number()),
        label: Type.Optional(Type.String()),
      }),
    ),
  ),
});

export interface Comment {
  /** Absent in archives of versions before there was one. */
  readonly host?: string;
  readonly databases?: readonly DatabaseRef[];
}

/** A comment is one argument of a command, and Linux takes 128 KiB for each: execve(2). */
const maxBytes = 100_000;

export function formatComment(databases: readonly DatabaseRef[]): string {
  const about = { dumpstream: 1, host: hostname() };
  const whole = JSON.stringify({ ...about, databases });
  return Buffer.byteLength(whole) <= maxBytes ? whole : JSON.stringify(about);
}

/** @returns undefined for an archive that is not ours */
export function parseComment(text: string): Comment | undefined {
  if (!text.startsWith('{"dumpstream":')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(schema, value) ? (value as Comment) : undefined;
  } catch {
    return undefined;
  }
}
