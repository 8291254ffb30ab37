import { findProgram } from '../servers/programs.mjs';

/** Debian's packages, and the programs for which each is needed. */
const requirements = [
  { name: 'borgbackup', programs: ['borg'] },
  { name: 'postgresql', programs: ['initdb', 'postgres'] },
  { name: 'postgresql-client', programs: ['psql', 'pg_dump', 'pg_restore'] },
  { name: 'mariadb-server-core', programs: ['mariadbd', 'mariadb-install-db'] },
  { name: 'mariadb-client', programs: ['mariadb', 'mariadb-dump'] },
  { name: 'util-linux', programs: ['setpriv', 'flock'] },
  { name: 'coreutils', programs: ['dd', 'cat'] },
];

/** @returns {{ name: string, programs: string[] }[]} the packages, with their programs, that this machine lacks */
export function missingRequirements() {
  return requirements
    .map(({ name, programs }) => ({ name, programs: programs.filter((program) => findProgram(program) === undefined) }))
    .filter(({ programs }) => programs.length > 0);
}
