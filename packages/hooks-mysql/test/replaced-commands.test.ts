import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir, uniqueName } from '../../../test/support/servers.ts';
import { checkByHand, dumpByHand, restoreByHand } from './support/by-hand.ts';
import { onEachServer, sql } from './support/lab.ts';
import { withDatabases } from './support/scratch-database.ts';

onEachServer((lab) => {
  const family = lab.title.toLowerCase();

  test('the commands of an entry are run in place of the installed programs, with what comes before their arguments', async () => {
    const name = uniqueName('wrapped');
    const directory = await tempDir();
    const [log, wrapper, file] = [join(directory, 'log'), join(directory, 'wrap it'), join(directory, 'dump.sql')];
    // As `docker exec -i db mysql` does: the first arguments are its own.
    await writeFile(
      wrapper,
      `#!/bin/sh\necho "$@" >> '${log}'\n[ "$1" = exec ] && [ "$2" = 'my db' ] || exit 9\nshift 2\nexec "$@"\n`,
    );
    await chmod(wrapper, 0o755);
    const entry = {
      ...lab.connection,
      name,
      [`${family}_dump_command`]: `'${wrapper}' exec "my db" ${lab.dumper}`,
      [`${family}_command`]: [wrapper, 'exec', 'my db', lab.client],
    };
    await withDatabases(lab, [name], async () => {
      await sql(lab, name, 'CREATE TABLE t (x INT); INSERT INTO t VALUES (7);');
      const meta = await dumpByHand(lab.hook(), entry, file);
      expect(meta).toMatchObject({ clientFamily: family, clientVersion: expect.stringMatching(/^\d+\./) });
      await sql(lab, name, 'DELETE FROM t');
      await restoreByHand(lab.hook(), name, entry, file, meta);
      expect(await sql(lab, name, 'SELECT x FROM t')).toBe('7');
      const calls = (await readFile(log, 'utf8')).split('\n');
      expect(calls.some((call) => call.startsWith(`exec my db ${lab.dumper} `) && call.endsWith(` -- ${name}`))).toBe(
        true,
      );
      expect(calls.some((call) => call.startsWith(`exec my db ${lab.client} `) && call.includes('--database='))).toBe(
        true,
      );
      expect(calls.join()).not.toContain(lab.connection.password);
    });
  });

  test.each([
    [{ [`${family}_command`]: '/nonexistent/client' }, 'COMMAND_MISSING'],
    [{ [`${family}_command`]: '' }, 'CONFIG_INVALID'],
    [{ [`${family}_dump_command`]: '"' }, 'CONFIG_INVALID'],
  ])('%j is refused', async (commands, code) => {
    await expect(checkByHand(lab.hook(), { ...lab.connection, name: 'mysql', ...commands })).rejects.toMatchObject({
      code,
    });
  });
});
