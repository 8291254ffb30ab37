import type { DatabaseRef } from './report.ts';
import type { ArchiveEntry } from './repository.ts';

/**
 * Where borgmatic puts its dumps: `<home>/.borgmatic/<hook>/<host>/<name>` up to 1.8, `borgmatic/<hook>/<host[:port]>/<name>` since
 * 1.9; with `borgmatic_source_directory`, at any path. The hooks have the same names as ours.
 */
const layout = /^(?:(.*)\/)?([a-z]+_databases)\/([^/]+)\/([^/]+)(?:\/.*)?$/;
const usualRoot = /(?:^|\/)\.?borgmatic$/;

export interface ForeignDatabase extends DatabaseRef {
  readonly path: string;
}

/** The dumps that another tool left in an archive. A dump that is a directory is there once. */
export function foreignDatabases(entries: readonly ArchiveEntry[]): readonly ForeignDatabase[] {
  const found = new Map<string, ForeignDatabase & { readonly root: string }>();
  for (const { path, type } of entries) {
    const [, root = '', hook, place, name] = layout.exec(path) ?? [];
    if (hook === undefined || place === undefined || name === undefined) continue;
    if (type !== 'file' && type !== 'directory') continue;
    const dump = [...(root === '' ? [] : [root]), hook, place, name].join('/');
    if (!found.has(dump)) found.set(dump, { root, hook, name, kind: 'database', path: dump, ...whereabouts(place) });
  }
  const all = [...found.values()];
  // Among the files that were stored with the dumps there may be a path that only looks like one.
  const usual = all.filter(({ root }) => usualRoot.test(root));
  return (usual.length > 0 ? usual : all).map(({ root: _, ...database }) => database);
}

/** `localhost` stands for no host name, too: the configuration tells, or the client's default is right. */
function whereabouts(place: string): { hostname?: string; port?: number } {
  const [, host = place, port] = /^(.+):(\d+)$/.exec(place) ?? [];
  return {
    ...(host === 'localhost' ? {} : { hostname: host }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
