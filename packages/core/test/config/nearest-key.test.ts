import { expect, test } from '@jest/globals';
import { nearest } from '../../src/config/nearest-key.ts';

const known = ['name', 'hostname', 'port', 'username', 'password', 'options', 'list_options', 'format', 'tls'];

test.each([
  ['prot', 'port'],
  ['Port', 'port'],
  ['PASSWORD', 'password'],
  ['host', 'hostname'],
  ['user', 'username'],
  ['passwd', 'password'],
  ['hostnam', 'hostname'],
  ['option', 'options'],
  ['list-options', 'list_options'],
  ['nmae', 'name'],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, known)).toBe(meant);
});

test.each(['colour', 'x', 'ab', '', 'compression'])('%j was not meant to be any', (word) => {
  expect(nearest(word, known)).toBeUndefined();
});
