import { backup, type Event, parseConfig, restore } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../support/files-hook.ts';
import { workbench } from '../support/workbench.ts';

test('what a configuration holds in vain stands in every report, and in an event', async () => {
  const bench = await workbench({ users: 10 });
  const given = { ...bench.plain([{ name: 'users' }]), compact_threshold: 20 };
  const config = parseConfig(given, { hooks: [filesHook()] });
  const warning = '(configuration): compact_threshold is ignored: Borg is left to its default';
  const events: Event[] = [];
  const onEvent = (event: Event) => events.push(event);

  expect((await backup(config, { onEvent })).warnings).toEqual([warning]);
  expect((await restore(config, { archive: 'latest', dryRun: true, onEvent })).warnings).toEqual([warning]);

  expect(events.filter(({ type }) => type === 'warning')).toEqual([
    expect.objectContaining({ verb: 'backup', message: warning }),
    expect.objectContaining({ verb: 'restore', message: warning }),
  ]);
});
