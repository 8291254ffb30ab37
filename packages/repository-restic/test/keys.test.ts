import { type BackupError, parseConfig } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import { filesHook } from '../../core/test/support/files-hook.ts';
import { restic } from '../src/index.ts';

const parse = (repository: unknown, more: object = {}) =>
  parseConfig({ repositories: [repository], ...more }, { hooks: [filesHook()], repositories: [restic()] });

function problemOf(...given: Parameters<typeof parse>): string {
  try {
    parse(...given);
  } catch (error) {
    expect((error as BackupError).code).toBe('CONFIG_INVALID');
    return (error as BackupError).message;
  }
  throw new Error('no problem was found');
}

test('an entry says its engine, or has a path that can be nobody else’s', () => {
  for (const path of [
    's3:https://s3.example.org/bucket',
    's3:http://127.0.0.1:9000/b',
    'rest:https://example.org/r/',
  ]) {
    const { warnings } = parse(path, { encryption_passphrase: 'hush', ssh_command: 'ssh -4' });
    expect(warnings.join('\n')).toMatch(/ssh_command.*restic/); // Borg would heed it
  }
  expect(parse({ path: 'b2:bucket:path', engine: 'restic' }).repositories).toMatchObject([{ engine: 'restic' }]);
});

test('its environment is secret, and shown nowhere', () => {
  const config = parse({
    path: 's3:https://x/b',
    engine: 'restic',
    environment: { AWS_SECRET_ACCESS_KEY: 'hush-hush' },
  });
  expect(JSON.stringify(config)).not.toContain('hush-hush');
  expect(JSON.stringify(config)).toContain('[redacted]');
});

test.each([
  [{ path: 'rest:https://joe:hush-hush@example.org/' }, {}, /password in the path would be shown.*environment/],
  [{ path: 's3:https://x/b', engine: 'restic', compression: 'lz4' }, {}, /compression/],
  [{ path: '/r', engine: 'restic', enviroment: {} }, {}, /enviroment.*environment/s],
  [{ path: '/r', engine: 'restic', limit_upload: 0 }, {}, /limit_upload/],
  [{ path: '/r', engine: 'restic' }, { encryption_passphrase: ' hush ' }, /white space/],
])('%j with %j is refused', (repository, more, expected) => {
  const problem = problemOf(repository, more);
  expect(problem).toMatch(expected);
  expect(problem).not.toContain('hush-hush');
});

test('what restic has no use for is reported as ignored', () => {
  const { warnings } = parse({ path: '/r', engine: 'restic' }, { compression: 'zstd,3', ssh_command: 'ssh -4' });
  expect(warnings.join('\n')).toMatch(/compression/);
  expect(warnings.join('\n')).toMatch(/ssh_command/);
});
