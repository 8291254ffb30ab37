import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.ts';
import type { DatabaseHook } from '../../src/hook.ts';
import { fakeHook, parseError } from './support.ts';

const value = { repositories: ['a'] };

test('two hooks of one name are refused', () => {
  const error = parseError(value, [fakeHook(), fakeHook({ name: 'other' }), fakeHook()]);
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toBe('hooks[2]: another hook is named `fake_databases`, too');
});

test.each(['hooks', 'location', 'repositories', 'encryption_passphrase'])('a hook cannot be named %s', (name) => {
  expect(parseError(value, [fakeHook({ name })]).message).toBe(
    `hooks[0]: a hook cannot be named \`${name}\`, which is a key of its own`,
  );
});

test('what is no hook is refused, and a function that makes one is told apart', () => {
  const wrong = [fakeHook, { name: 'x' }, null] as unknown as DatabaseHook[];
  expect(parseError(value, wrong).message.split('\n')).toEqual([
    'hooks[0]: expected a hook, found a function; pass what `fakeHook()` returns',
    'hooks[1]: expected a hook: an object with a name and an entry',
    'hooks[2]: expected a hook: an object with a name and an entry',
  ]);
  expect(parseError(value, fakeHook() as unknown as DatabaseHook[]).message).toBe('`hooks` must be a list of hooks');
});

test('hooks are checked before the file is read', async () => {
  await expect(loadConfig('/nowhere', { hooks: [fakeHook(), fakeHook()] })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^hooks\[1\]/),
  });
});
