import { hostCommand } from '../contenders/dumpstream.mjs';
import { dumpstream, inTurn } from '../contenders/index.mjs';
import { makeDatabase } from '../data/databases.mjs';
import { archivesOf } from '../engines/borg.mjs';
import { makeSite } from '../support/site.mjs';
import { run, timed } from '../support/timed.mjs';

/** @import { Lab } from '../support/lab.mjs' */

/**
 * Row 11: a repository with many archives.
 *
 * @param {Lab} lab
 */
export async function measureListing(lab) {
  const { servers, sizes, rounds } = lab;
  const databases = [
    await makeDatabase(servers, 'postgresql', 'listed', 20_000),
    await makeDatabase(servers, 'mariadb', 'listed_too', 20_000),
  ];
  const work = { site: await makeSite(lab), servers, databases, storage: lab.storage };
  const { site } = work;
  const [repository = ''] = site.repositories;
  console.log(`        ${sizes.archives} archives are made`);
  await run(await hostCommand(work, 'backup', { times: sizes.archives }));
  if ((await archivesOf(site, repository)).length !== sizes.archives) throw new Error('there are not so many archives');

  /** @param {string} name @param {string[]} more */
  const borg = (name, ...more) => ({
    name,
    command: async () => ({ file: 'borg', args: ['list', ...more, repository], env: site.env }),
  });
  const entrants = [
    borg('borg list'),
    borg('borg list, with comments', '--format', '{archive}{id}{start}{comment}{NL}'),
    { name: dumpstream.name, command: () => hostCommand(work, 'list') },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const { name, command } of inTurn(entrants, round)) {
      const { seconds, stdout } = await timed(await command());
      const told = name === dumpstream.name ? JSON.parse(stdout) : undefined;
      if ((told?.archives ?? stdout.trim().split('\n').length) !== sizes.archives)
        throw new Error(`${name} did not list them all`);
      lab.recorder.add(11, name, { seconds, callSeconds: told?.callSeconds });
    }
  }
  site.remove();
}
