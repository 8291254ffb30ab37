import { BackupError, type DumpSource, type HookContext } from '@dumpstream/core';
import { load } from './commands.ts';
import { movableDefinitions } from './definitions.ts';
import type { LoadJob } from './entry.ts';
import { type Facts, readFacts } from './facts.ts';
import type { FamilyName } from './families.ts';
import { stillOwn } from './marker.ts';
import { through } from './restore-in-place.ts';
import { endSessionsAfter, initCommand, newTag, writingSession } from './sessions.ts';
import type { Settling } from './settle.ts';
import { dropTriggers } from './switch.ts';
import { withThrowawayAccount } from './throwaway.ts';

/**
 * Loads a dump's tables into the fresh database.
 * @returns the definitions of views, triggers, routines and events, which are in no database yet
 */
export async function loadFresh(
  family: FamilyName,
  job: LoadJob,
  { client, entry, scratch, galera, marker }: Settling & { readonly marker: string },
  facts: Facts,
  source: DumpSource,
  context: HookContext,
): Promise<string> {
  const { meta, bytes } = job;
  const inFresh = { ...entry, name: scratch.fresh };
  const tag = galera ? undefined : newTag();
  // The dump names its database by a name that is the same for every restore of the live one.
  const own = stillOwn(scratch, marker);
  const init = tag === undefined ? `SET ${own}` : initCommand(tag, scratch.lock, own);
  const succeeded = tag === undefined ? () => {} : endSessionsAfter(context, client, entry, writingSession(tag));
  const definitionsBytes = Number(meta.definitionsBytes);
  if (Number.isSafeInteger(definitionsBytes) && definitionsBytes >= 0 && definitionsBytes <= bytes) {
    const after = await source.intoFirst(bytes - definitionsBytes, load(client, inFresh, init));
    succeeded();
    return after;
  }
  // What is in such a dump is not known: it could name the live database.
  const account = await withThrowawayAccount(client, entry, scratch, marker, facts, context);
  const command = load(client, { ...account, name: scratch.fresh }, init);
  await source.into(...through(meta, command)).catch((error: unknown) => {
    if (!(error instanceof BackupError && error.code === 'PERMISSION_MISSING')) throw error;
    // The one thing that the account may not do there.
    const makesEvents = facts.server.runsEvents && error.message.includes(`'${scratch.fresh}'`);
    const [what, hint] = makesEvents
      ? [
          'makes events, and this server would run them at once',
          'restore it with the strategy `in-place`, or switch events off meanwhile: SET GLOBAL event_scheduler = OFF',
        ]
      : [
          'does more than fill one database',
          'so it cannot be loaded beside the live one: restore it with the strategy `in-place`',
        ];
    throw new BackupError('RESTORE_FAILED', `the dump ${what}: ${error.message}`, { hint, cause: error });
  });
  const fresh = await readFacts(client, inFresh, context);
  const after = await movableDefinitions(family, inFresh, fresh, context);
  await context.run({ ...load(client, inFresh, init), input: dropTriggers(scratch.fresh, fresh) });
  succeeded();
  return after;
}
