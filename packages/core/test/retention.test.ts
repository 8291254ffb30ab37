import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Retention } from '@dumpstream/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tempDir } from '../../../test/support/servers.ts';
import { type Candidate, decide } from '../src/retention.ts';
import { borg } from './support/workbench.ts';

const utc = (_: Date) => 0;
const now = new Date('2026-03-31T12:00:00Z');

function archive(time: string, complete = true): Candidate {
  return { time, complete };
}

function whysOf(archives: readonly Candidate[], retention: Retention, offset = utc): string[] {
  return [...decide(archives, retention, now, offset).values()].map(({ why, number = '' }) =>
    `${why} ${number}`.trim(),
  );
}

/** Minutes from local time to UTC, as `Date.getTimezoneOffset` has them, in any zone. */
function offsetIn(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  return (date: Date) => {
    const [, sign, hours = 0, minutes = 0] = /GMT(?:([+-])(\d+):(\d+))?$/.exec(format.format(date)) ?? [];
    return (sign === '-' ? 1 : -1) * (Number(hours) * 60 + Number(minutes));
  };
}

describe('of each period the newest stays', () => {
  const times = ['2026-01-01T01:00:00Z', '2026-03-29T01:00:00Z', '2026-03-30T01:00:00Z', '2026-03-30T23:00:00Z'];
  const archives = [...times, '2026-03-31T01:00:00Z'].map((time) => archive(time));

  test.each<[Retention, string[]]>([
    [{ keepLast: 2 }, ['no-rule', 'no-rule', 'no-rule', 'last 2', 'last 1']],
    [{ keepDaily: 2 }, ['no-rule', 'no-rule', 'no-rule', 'daily 2', 'daily 1']],
    [{ keepDaily: 3 }, ['no-rule', 'daily 3', 'no-rule', 'daily 2', 'daily 1']],
    [{ keepDaily: 9 }, ['daily 4', 'daily 3', 'no-rule', 'daily 2', 'daily 1']],
    [{ keepDaily: -1 }, ['daily 4', 'daily 3', 'no-rule', 'daily 2', 'daily 1']],
    [{ keepMonthly: 9 }, ['monthly 2', 'no-rule', 'no-rule', 'no-rule', 'monthly 1']],
    [{ keepYearly: 9 }, ['yearly[oldest] 2', 'no-rule', 'no-rule', 'no-rule', 'yearly 1']],
    [{ keepYearly: -1 }, ['no-rule', 'no-rule', 'no-rule', 'no-rule', 'yearly 1']],
    [{ keepWeekly: 2 }, ['no-rule', 'weekly 2', 'no-rule', 'no-rule', 'weekly 1']],
    [{ keepLast: 1, keepDaily: 1 }, ['no-rule', 'no-rule', 'no-rule', 'daily 1', 'last 1']],
    [{ keepWithin: '1d' }, ['no-rule', 'no-rule', 'no-rule', 'within 2', 'within 1']],
    [{ keepWithin: '12H' }, ['no-rule', 'no-rule', 'no-rule', 'no-rule', 'within 1']],
    [{ keepWithin: '1H' }, ['no-rule', 'no-rule', 'no-rule', 'no-rule', 'last-complete']],
    [{ keepWithin: '1d', keepLast: 1 }, ['no-rule', 'no-rule', 'no-rule', 'within 1', 'last 1']],
  ])('%j', (retention, expected) => {
    expect(whysOf(archives, retention)).toEqual(expected);
  });
});

test('days are those of local time, and the time zone may change its offset', () => {
  // 23:30 and 00:30 in Auckland; in UTC the same day.
  const archives = ['2026-01-10T10:30:00Z', '2026-01-10T11:30:00Z'].map((time) => archive(time));
  expect(whysOf(archives, { keepDaily: 2 })).toEqual(['daily[oldest] 2', 'daily 1']);
  expect(whysOf(archives, { keepDaily: 2 }, offsetIn('Pacific/Auckland'))).toEqual(['daily 2', 'daily 1']);
  const local = (day: number, hour: number) => archive(new Date(2026, 0, day, hour).toISOString());
  const fates = decide([local(9, 0), local(9, 23), local(10, 0), local(10, 23)], { keepDaily: 2 }, now);
  expect([...fates.values()].map(({ action }) => action)).toEqual(['remove', 'keep', 'remove', 'keep']);
});

test('what is not complete goes and counts nowhere, unless nothing is complete', () => {
  const [old, broken, good, newest] = ['01', '02', '03', '04'].map((day) => `2026-03-${day}T00:00:00Z`) as string[];
  const archives = [
    archive(old as string),
    archive(broken as string, false),
    archive(good as string),
    archive(newest as string, false),
  ];
  expect(whysOf(archives, { keepLast: 1 })).toEqual(['no-rule', 'incomplete', 'last 1', 'incomplete']);
  const broke = archives.map(({ time }) => archive(time, false));
  expect(whysOf(broke, { keepLast: 1 })).toEqual(Array(4).fill('nothing-complete'));
});

test('the last dump of a database that has failed since stays without a rule', () => {
  const needed = { ...archive('2026-01-01T00:00:00Z'), needed: true };
  expect(whysOf([needed, archive('2026-03-01T00:00:00Z')], { keepLast: 1 })).toEqual(['last-dump', 'last 1']);
});

const count = fc.integer({ min: -1, max: 6 });
const rules = {
  keepLast: count,
  keepWithin: fc
    .tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('H', 'd', 'w', 'm', 'y'))
    .map((parts) => parts.join('')),
  keepSecondly: count,
  keepMinutely: count,
  keepHourly: count,
  keepDaily: count,
  keepWeekly: count,
  keepMonthly: count,
  keep13weekly: count,
  keep3monthly: count,
  keepYearly: count,
};
const retentions = fc
  .subarray(Object.keys(rules) as (keyof typeof rules)[], { maxLength: 4 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, rules[name]]))))
  .map((chosen) => chosen as Retention);
const series = fc
  .array(
    fc.record({
      // From minutes to years apart.
      ms: fc.oneof(
        fc.integer({ min: 0, max: 9e6 }),
        fc.integer({ min: 0, max: 9e8 }),
        fc.integer({ min: 0, max: 2e11 }),
      ),
      complete: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((made) =>
    made
      .sort((a, b) => b.ms - a.ms)
      .map(({ ms, complete }) => archive(new Date(now.getTime() - ms).toISOString(), complete)),
  );
const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland').map(offsetIn);

test('whatever is given: the newest complete one stays, what goes is decided at once, and a rule keeps no more than it may', () => {
  fc.assert(
    fc.property(series, retentions, zones, (archives, retention, offset) => {
      const fates = decide(archives, retention, now, offset);
      expect([...fates.keys()]).toEqual(archives);
      const stays = archives.filter((each) => fates.get(each)?.action === 'keep');
      const newest = archives.filter(({ complete }) => complete).at(-1);
      if (newest === undefined) expect(stays).toEqual(archives);
      else {
        expect(stays.at(-1)?.time).toBe(newest.time);
        expect(stays.every(({ complete }) => complete)).toBe(true);
      }
      // Pruned again, nothing more goes, and each stays by the same rule.
      const again = decide(stays, retention, now, offset);
      expect([...again]).toEqual(stays.map((each) => [each, fates.get(each)]));
      for (const [option, limit] of Object.entries(retention)) {
        const name = option.slice('keep'.length).toLowerCase();
        const kept = [...fates.values()].filter(({ why }) => why === name || why === `${name}[oldest]`);
        if (typeof limit === 'number' && limit >= 0) expect(kept.length).toBeLessThanOrEqual(limit);
        expect(kept.map(({ number }) => number).sort((a = 0, b = 0) => a - b)).toEqual(
          kept.map((_, index) => index + 1),
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('what stays, by which rule and as which of its archives, is what `borg prune` says', async () => {
  const directory = await tempDir();
  const repository = join(directory, 'repository');
  await writeFile(join(directory, 'file'), 'content');
  borg('init', '--encryption', 'none', repository);
  const times = [
    '2024-12-29T23:30:00',
    '2024-12-30T04:30:00',
    '2025-01-01T00:10:00',
    '2025-12-31T20:00:00',
    '2026-01-31T23:00:00',
    '2026-02-01T04:59:59',
    '2026-02-01T05:00:00',
    '2026-03-08T06:30:00',
    '2026-03-08T07:30:00',
    '2026-03-29T00:30:00',
    '2026-03-29T01:30:00',
    '2026-03-29T01:30:20',
    '2026-03-30T12:00:00',
  ];
  for (const time of times) borg('create', '--timestamp', time, `${repository}::${time}`, join(directory, 'file'));
  const policies: Retention[] = [
    { keepHourly: 3, keepDaily: 3, keepWeekly: 2, keepMonthly: 2, keepYearly: 5 },
    { keepSecondly: 2, keepMinutely: 2, keepYearly: -1 },
    { keepDaily: 20 },
    { keepWeekly: 4, keepMonthly: 1 },
    { keepMonthly: 3, keepYearly: 1 },
  ];
  for (const zone of ['America/New_York', 'Asia/Kathmandu']) {
    for (const policy of policies) {
      const options = Object.entries(policy).map(([name, value]) => `--keep-${name.slice(4).toLowerCase()}=${value}`);
      const env = { ...process.env, TZ: zone, BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes' };
      const args = ['prune', '--dry-run', '--list', '--log-json', ...options, repository];
      const { stderr } = runBorg(args, env);
      const said = [...stderr.matchAll(/(?:rule: (\S+) #(\d+)\)|Would prune): +(20\S+) /g)].map(
        ([, rule = 'no-rule', number = '', name]) => [name, `${rule} ${number}`.trim()],
      );
      const candidates = times.map((time) => archive(`${time}Z`));
      const whys = whysOf(candidates, policy, offsetIn(zone));
      expect({ zone, policy, whys: Object.fromEntries(times.map((time, index) => [time, whys[index]])) }).toEqual({
        zone,
        policy,
        whys: Object.fromEntries(said),
      });
    }
  }
});

function runBorg(args: readonly string[], env: NodeJS.ProcessEnv): { stderr: string } {
  const stderr = execFileSync('sh', ['-c', 'exec borg "$@" 2>&1', 'sh', ...args], { encoding: 'utf8', env });
  return { stderr };
}
