import { join } from 'node:path';
import { repositoryContract } from '@dumpstream/core/testing';
import { describe, test } from '@jest/globals';
import { tempDir } from '../../../../test/support/servers.ts';
import { directoryRepository } from '../../src/directory/repository.ts';

describe.each(['gzip', 'none'])('with compression %s', (compression) => {
  const open = async () => directoryRepository({ path: join(await tempDir(), 'repository'), compression }, {});
  for (const { name, run } of repositoryContract({ open })) test(name, run);
});
