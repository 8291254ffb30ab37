import { type Static, Type } from 'typebox';
import Value from 'typebox/value';

/** Where everything of ours lies in an archive. */
const archiveRoot = 'dumpstream';
export const manifestPath = `${archiveRoot}/manifest.json`;

const segment = '[A-Za-z0-9_%~][A-Za-z0-9_.%~:-]*';

const manifestDatabase = Type.Object({
  hook: Type.String({ minLength: 1 }),
  name: Type.String({ minLength: 1 }),
  kind: Type.Union([Type.Literal('database'), Type.Literal('globals')]),
  hostname: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  label: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  status: Type.Union([Type.Literal('ok'), Type.Literal('failed')]),
  /** Stored path of the dump. */
  path: Type.String({ pattern: `^${archiveRoot}/${segment}/${segment}/${segment}$` }),
  /** The hook's own, kept for its `restore`. */
  meta: Type.Intersect([Type.Object({ format: Type.String() }), Type.Record(Type.String(), Type.String())]),
});

const manifest = Type.Object({
  dumpstream: Type.Literal(1),
  /** Of `@dumpstream/core`. */
  version: Type.String(),
  host: Type.String(),
  startedAt: Type.String(),
  finishedAt: Type.String(),
  databases: Type.Array(manifestDatabase),
});

/** Whether a manifest can name it. */
export function canBeNamed(database: object): boolean {
  return Value.Check(manifestDatabase, { status: 'ok', meta: { format: '' }, ...database });
}

/** The last file of an archive: what is in it, and all that restoring it takes, but for passwords. */
export type Manifest = Static<typeof manifest>;
export type ManifestDatabase = Static<typeof manifestDatabase>;

/**
 * A manifest from an archive is untrusted.
 * @returns undefined when it is not a manifest, or one of a later form
 */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(manifest, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
