import { join } from 'node:path';
import { memoryRepository, repositoryContract } from '@dumpstream/core/testing';
import { describe, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { borgRepository } from '../../src/borg/repository.ts';
import type { Repository } from '../../src/repository.ts';
import { damageBorg } from '../support/damage.ts';

let repositories = 0;

describe('memoryRepository', () => {
  const memory = memoryRepository();
  const open = async () => memory.open({ path: `memory:${repositories++}` }, {}) as Repository;
  for (const { name, run } of repositoryContract({ open })) test(name, run);
});

describe('Borg', () => {
  const open = async () => {
    const directory = await tempDir();
    return borgRepository({ path: join(directory, 'repository') }, { encryption_passphrase: 'correct horse' });
  };
  const damage = async ({ path }: Repository) => damageBorg(path);
  for (const { name, run } of repositoryContract({ open, encryption: 'repokey-blake2', damage })) test(name, run);
});
