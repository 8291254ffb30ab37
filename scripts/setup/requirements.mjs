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

/** Those that only the tests and the benchmark need. */
const testRequirements = [
  { name: 'restic', programs: ['restic'] },
  { name: 'rclone', programs: ['rclone'] },
];

/**
 * @param {{ tests: boolean }} options `tests`: what these need, too
 * @returns {{ name: string, programs: string[] }[]} the packages, with their programs, that this machine lacks
 */
export function missingRequirements({ tests }) {
  return [...requirements, ...(tests ? testRequirements : [])]
    .map(({ name, programs }) => ({ name, programs: programs.filter((program) => findProgram(program) === undefined) }))
    .filter(({ programs }) => programs.length > 0);
}
