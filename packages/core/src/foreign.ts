import type { DatabaseRef } from './report.ts';
import type { ArchiveEntry } from './repository.ts';

/**
 * Where borgmatic puts its dumps: `<home>/.borgmatic/<hook>/<host[:port]>/<name>` up to 1.8, `borgmatic/…` since 1.9. The
 * hooks have the same names as ours.
 */
const layout = /^(?:.*\/)?\.?borgmatic\/([a-z]+_databases)\/([^/]+)\/([^/]+)(?:\/.*)?$/;

export interface ForeignDatabase extends DatabaseRef {
  readonly path: string;
}

/** The dumps that another tool left in an archive. A dump that is a directory is there once. */
export function foreignDatabases(entries: readonly ArchiveEntry[]): readonly ForeignDatabase[] {
  const found = new Map<string, ForeignDatabase>();
  for (const { path, type } of entries) {
    const [, hook, place, name] = layout.exec(path) ?? [];
    if (hook === undefined || place === undefined || name === undefined) continue;
    const root = path.slice(0, path.indexOf(`${hook}/${place}/${name}`) + `${hook}/${place}/${name}`.length);
    if (found.has(root) || (type !== 'file' && type !== 'directory')) continue;
    found.set(root, { hook, name, kind: 'database', path: root, ...whereabouts(place) });
  }
  return [...found.values()];
}

/** `localhost` stands for no host name, too: the configuration tells, or the client's default is right. */
function whereabouts(place: string): { hostname?: string; port?: number } {
  const [, host = place, port] = /^(.+):(\d+)$/.exec(place) ?? [];
  return {
    ...(host === 'localhost' ? {} : { hostname: host }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
