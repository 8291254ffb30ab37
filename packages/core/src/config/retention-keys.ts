import { type TInteger, Type } from 'typebox';

function count(what: string): TInteger {
  return Type.Integer({
    minimum: -1,
    description: `How many archives prune() keeps: the newest of each ${what}; -1: without a limit. Default: 0.`,
  });
}

/** What `prune` keeps where the call does not say it, as borgmatic has it; `keep_last` is ours. */
export const retentionKeys = {
  keep_last: Type.Integer({
    minimum: -1,
    description: 'How many of the newest archives prune() keeps, whenever they were made; -1: all. Default: 0.',
  }),
  keep_within: Type.String({
    pattern: '^[1-9][0-9]*[Hdwmy]$',
    description:
      'Age up to which prune() keeps every archive, in hours, days, weeks, months or years: 48H, 7d, 4w, 6m, 1y.',
  }),
  keep_secondly: count('second'),
  keep_minutely: count('minute'),
  keep_hourly: count('hour'),
  keep_daily: count('day'),
  keep_weekly: count('week'),
  keep_monthly: count('month'),
  keep_13weekly: count('quarter of 13 weeks'),
  keep_3monthly: count('quarter of three months'),
  keep_yearly: count('year'),
} as const;
