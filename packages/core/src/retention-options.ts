import Value from 'typebox/value';
import type { Config } from './config/config.ts';
import { retentionKeys } from './config/retention-keys.ts';
import { BackupError } from './errors.ts';
import type { Retention } from './options.ts';

type Key = keyof typeof retentionKeys;
const keys = Object.keys(retentionKeys) as readonly Key[];

/** The rules of a call: each is the call's, else the configuration's. */
export function retentionOf({ settings }: Config, options: Retention): Retention {
  const rules = keys.map((key) => ({ option: optionOf(key), key, value: options[optionOf(key)] ?? settings[key] }));
  const wrong = rules.filter(({ key, value }) => value !== undefined && !Value.Check(retentionKeys[key], value));
  if (wrong.length > 0) {
    const given = wrong.map(({ option, value }) => `${option}: ${String(value)}`);
    throw new BackupError('CONFIG_INVALID', `prune cannot keep archives by ${given.join(', ')}`, {
      hint: 'keepWithin is a text such as 48H, 7d, 4w, 6m or 1y; the others are whole numbers, of which -1 has no limit',
    });
  }
  if (rules.every(({ value }) => value === undefined || value === 0)) {
    throw new BackupError('CONFIG_INVALID', 'prune was not told what to keep: it would remove nearly every archive', {
      hint: 'set keep_daily and the like in the configuration, or pass keepDaily and the like',
    });
  }
  return Object.fromEntries(
    rules.filter(({ value }) => value !== undefined).map(({ option, value }) => [option, value]),
  );
}

/** `keep_daily` → `keepDaily`, `keep_13weekly` → `keep13weekly` */
function optionOf(key: Key): keyof Retention {
  return key.replace(/_(.)/, (_, first: string) => first.toUpperCase()) as keyof Retention;
}
