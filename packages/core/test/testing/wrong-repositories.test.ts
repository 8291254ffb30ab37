import { memoryRepository, repositoryContract } from '@dumpstream/core/testing';
import { expect, test } from '@jest/globals';
import type { Repository, RepositoryContext, StoredArchive } from '../../src/repository.ts';

/** Each does one thing of its upkeep wrong. */
const wrongs: Readonly<Record<string, { wrong(right: Repository): Partial<Repository>; fails: readonly string[] }>> = {
  'removes nothing': { wrong: () => ({ remove: async () => {} }), fails: ['remove', 'compact', 'upkeep-abort'] },
  'removes everything': {
    wrong: (right) => ({ remove: async (_, context) => right.remove(await right.list(context), context) }),
    fails: ['remove', 'remove-nothing', 'compact'],
  },
  'fails for what is gone': {
    wrong: (right) => ({ remove: (archives, context) => removeKnown(right, archives, context) }),
    fails: ['remove'],
  },
  'loses an archive when it compacts': {
    wrong: (right) => ({
      compact: async (context) => {
        await right.remove(await right.list(context), context);
        return right.compact(context);
      },
    }),
    fails: ['compact'],
  },
  'tells of space that there was not': {
    wrong: (right) => ({
      compact: async (context) => ({ freedBytes: 10 * ((await right.compact(context)).freedBytes ?? 0) }),
    }),
    fails: ['compact'],
  },
  'compacts what is not there': {
    wrong: () => ({ compact: async () => ({}) }),
    fails: ['upkeep-missing', 'upkeep-abort'],
  },
  'finds problems in a sound repository': {
    wrong: () => ({ check: async () => ['what a mess'] }),
    fails: ['check', 'upkeep-missing', 'upkeep-abort'],
  },
};

async function removeKnown(right: Repository, archives: readonly StoredArchive[], context: RepositoryContext) {
  const known = (await right.list(context)).map(({ id }) => id);
  if (archives.some(({ id }) => !known.includes(id))) throw new Error('gone');
  await right.remove(archives, context);
}

let repositories = 0;

test.each(Object.entries(wrongs))('a repository that %s fails its cases, and no other', async (_, { wrong, fails }) => {
  const memory = memoryRepository();
  const open = async () => {
    const right = memory.open({ path: `memory:${repositories++}` }, {}) as Repository;
    return { ...right, ...wrong(right) };
  };
  const failed: string[] = [];
  for (const { name, run } of repositoryContract({ open })) {
    await run().catch(() => failed.push(name.replace(/:.*/s, '')));
  }
  expect(failed).toEqual(fails);
});

test('a check that does not find damage fails its case, where the subject can do damage', async () => {
  const memory = memoryRepository();
  const open = async () => memory.open({ path: `memory:${repositories++}` }, {}) as Repository;
  const failed: string[] = [];
  for (const { name, run } of repositoryContract({ open, damage: async () => {} })) {
    await run().catch((error: Error) => failed.push(`${name.replace(/:.*/s, '')}: ${error.message}`));
  }
  expect(failed).toEqual([expect.stringMatching(/^check: .*found nothing in damaged data/)]);
});
