import { expect, test } from '@jest/globals';
import { parseReferences } from '../../src/config/references.ts';

const variable = (name: string, otherwise?: string) => ({ from: 'environment', name, otherwise });
const credential = (kind: string, ...argument: unknown[]) => ({ from: 'credential', kind, argument });

test.each([
  ['${NAME}', [variable('NAME')]],
  ['a${A}b${_b1}c', ['a', variable('A'), 'b', variable('_b1'), 'c']],
  ['${A:-x y}', [variable('A', 'x y')]],
  ['${A-x}', [variable('A', 'x')]],
  ['${A:-}', [variable('A', '')]],
  ['${A:--}', [variable('A', '-')]],
  ['${A:-${B}}', [variable('A', '${B'), '}']],
  ['$${A}', ['$', variable('A')]],
  ['\\${A}', ['${', 'A}']],
  ['\\\\${A}', ['\\', '${', 'A}']],
  ['\\${A} ${A}', ['${', 'A} ', variable('A')]],
  ['{credential file /a/b}', [credential('file', '/a/b')]],
  ['x{credential  systemd   name }y', ['x', credential('systemd', 'name'), 'y']],
  ['{credential file "/a b/c"}', [credential('file', '/a b/c')]],
  ["{credential file '/a b/c'}", [credential('file', '/a b/c')]],
  ['{credential file /a b/c}', [credential('file', '/a b/c')]],
  ['{credential file ${DIR}/c}', [credential('file', variable('DIR'), '/c')]],
  ['{credential keepassxc /k.kdbx x}', [credential('keepassxc', '/k.kdbx x')]],
  ['{credential file}', [credential('file', '')]],
  ['{credential}', [credential('', '')]],
])('%j holds references', (text, pieces) => {
  expect(parseReferences(text)).toEqual(pieces);
});

test.each([
  '',
  'text',
  '$NAME',
  '${}',
  '${1}',
  '${A B}',
  '${A%.*}',
  '${#A}',
  '${A',
  '$(id)',
  '{hostname}-{now:%Y}',
  "awk '{ print $1 }'",
  '{credentials x}',
  '{credential',
])('%j is text to its end', (text) => {
  expect(parseReferences(text)).toBeUndefined();
});
