import { type TProperties, type TSchema, Type } from 'typebox';
import { view } from './schema-view.ts';

/** Keys of an entry that say where its databases are and who connects to them; prefixed, they hold for a restore. */
const connectionKeys = ['hostname', 'port', 'username', 'password'] as const;

/** Those that can be prefixed; `socket_path` and `tls` have no counterpart in a call. */
export const redirectedKeys = [...connectionKeys, 'socket_path', 'tls'] as const;

/** `restore_hostname` and the like, for those of the keys that an entry has: the same values are taken, as secret as there. */
export function restoreKeys(properties: TProperties): TProperties {
  return Object.fromEntries(
    redirectedKeys.flatMap((key) => {
      const schema = properties[key];
      return schema === undefined ? [] : [[`restore_${key}`, forRestore(key, schema)]];
    }),
  );
}

function forRestore(key: string, schema: TSchema): TSchema {
  const { description } = view(schema);
  const words = [`For a restore, in place of \`${key}\`.`, ...(description === undefined ? [] : [description])];
  // A copy, which takes along what typebox keeps out of a spread's sight.
  return Object.assign(Type.Optional(schema), { description: words.join(' ') });
}

/** An entry as its hook sees it: core has read the keys of a restore, or has no use for them in a backup. */
export function withoutRestoreKeys<E extends Readonly<Record<string, unknown>>>(entry: E): E {
  const prefixed = new Set<string>(redirectedKeys.map((key) => `restore_${key}`));
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !prefixed.has(key))) as E;
}
