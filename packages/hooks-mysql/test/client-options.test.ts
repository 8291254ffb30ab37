import { expect, test } from '@jest/globals';
import { clientOptions } from '../src/client-options.ts';

test.each([
  ['--ssl-ca=/x --compress', ['--ssl-ca=/x', '--compress']],
  [
    ['--ssl-ca=/a b', '-C'],
    ['--ssl-ca=/a b', '-C'],
  ],
])('%j is given on', (restore_options, words) => {
  expect(clientOptions({ name: 'x', restore_options }, 'restore_options')).toEqual(words);
});

test.each([
  ['--execute="SELECT 1"', 'execute'],
  ['-e "SELECT 1"', 'execute'],
  ['-qD other', 'database'],
  ['--init-command=x', 'init-command'],
  ['--vert', 'vertical'],
  ['-Xb', 'xml'],
  ['--raw', 'raw'],
  ['-h x', 'host'],
  ['--delimiter=;;', 'delimiter'],
])('%j is refused, since the client would not do what it is needed for', (list_options, name) => {
  expect(() => clientOptions({ name: 'x', list_options }, 'list_options')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `\`list_options\` may not hold --${name}` }),
  );
});
