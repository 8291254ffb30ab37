import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Example, exampleNamed } from '../../../test/support/example.ts';

let example: Example;

beforeAll(async () => {
  example = await exampleNamed('cli');
});

afterAll(() => example?.remove());

test('README.md can be followed', async () => {
  await example.follow();
}, 300_000);

test('README.md names the commands that there are', async () => {
  const { output } = await example.run(`
    diff <(node cli.mjs --help | sed -n '/^Commands/,$ { s/^  \\([a-z]\\+\\).*/\\1/p }' | grep -v help) \\
      <(sed -n 's/^| \`\\([a-z]*\\)\`.*/\\1/p' README.md)`);
  expect(output).toBe('');
}, 300_000);
