/** Sections whose hooks are packages of this project, so that a hook that was not passed can be named. */
export const knownHooks: Readonly<Record<string, { readonly from: string; readonly make: string }>> = {
  postgresql_databases: { from: '@dumpstream/hooks-postgres', make: 'postgresql()' },
  mysql_databases: { from: '@dumpstream/hooks-mysql', make: 'mysql()' },
  mariadb_databases: { from: '@dumpstream/hooks-mysql', make: 'mariadb()' },
};
