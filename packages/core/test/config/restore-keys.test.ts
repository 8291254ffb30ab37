import { expect, test } from '@jest/globals';
import { withoutRestoreKeys } from '../../src/config/restore-keys.ts';

test('the keys that core adds for restores are taken away, and those of the hook stay', () => {
  const entry = {
    name: 'users',
    hostname: 'a',
    restore_hostname: 'b',
    restore_port: 1,
    restore_username: 'c',
    restore_password: 'd',
    restore_options: '--jobs=2',
  };
  expect(withoutRestoreKeys(entry)).toEqual({ name: 'users', hostname: 'a', restore_options: '--jobs=2' });
  expect(entry.restore_hostname).toBe('b');
});
