import { BackupError, defineHook, parseConfig, Type } from '@dumpstream/core';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { buildConfig } from '../../src/config/build-config.ts';
import { readYaml } from '../../src/config/yaml-source.ts';
import { splitWords } from '../../src/split-words.ts';

const hook = defineHook({
  name: 'things',
  entry: Type.Object({
    name: Type.String({ minLength: 1 }),
    hostname: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
    password: Type.Optional(Type.String({ writeOnly: true })),
  }),
  dump: async () => ({ format: 'x' }),
  restore: async () => {},
});
const options = { hooks: [hook] };
const keys = [
  'repositories',
  'things',
  'encryption_passphrase',
  'location',
  'storage',
  'hooks',
  'source_directories',
  'stall_timeout',
  'keep_daily',
  'before_backup',
  'name',
  'path',
  'label',
  'toString',
  '__proto__',
];

/** Any configuration that somebody could write, most of them wrong. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('value'), { maxKeys: 6 }),
}));

test('whatever a configuration is, it is valid, or every problem is named by its key', () => {
  fc.assert(
    fc.property(anything.mapping, (value) => {
      try {
        const { repositories } = parseConfig(value, options);
        expect(repositories.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(BackupError);
        expect(['CONFIG_INVALID', 'HOOK_MISSING']).toContain((error as BackupError).code);
        for (const line of (error as BackupError).message.split('\n')) expect(line).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('what is no YAML is a problem and no accident', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'-:[]{}&*!|>\'"%@`#,? \n\tab') })),
      (text) => {
        const { value, problems, source } = readYaml(text, 'file.yaml');
        expect(() => buildConfig({ value, source, problems }, options)).toThrow(BackupError);
      },
    ),
    { numRuns: 500 },
  );
});

const text = fc.string({ unit: 'binary', minLength: 1 });
const valid = fc.record(
  {
    repositories: fc.uniqueArray(fc.stringMatching(/^\/[a-z]{1,8}$/), { minLength: 1, maxLength: 3 }),
    encryption_passphrase: fc.stringMatching(/^[!-~]{12,20}$/),
    things: fc.uniqueArray(
      fc.record(
        {
          name: fc.string({ minLength: 1 }),
          hostname: text,
          port: fc.integer(),
          password: fc.stringMatching(/^[!-~]{12,20}$/),
        },
        { requiredKeys: ['name'] },
      ),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
  },
  { requiredKeys: ['repositories'] },
);

test('a valid configuration keeps what it was given, shows none of its secrets, and is the same out of a file', () => {
  fc.assert(
    fc.property(valid, (given) => {
      // `all` stands for more than one, which this hook cannot list.
      fc.pre(!(given.things ?? []).some(({ name }) => name === 'all'));
      const config = parseConfig(given, options);
      expect(config.repositories.map(({ path }) => path)).toEqual(given.repositories);
      expect(config.databases.map(({ entry }) => entry)).toEqual(given.things ?? []);
      const shown = JSON.stringify(config);
      for (const secret of [given.encryption_passphrase, ...(given.things ?? []).map(({ password }) => password)])
        if (secret !== undefined) expect(shown).not.toContain(JSON.stringify(secret).slice(1, -1));
      const { value, problems, source } = readYaml(stringify(given), 'file.yaml');
      expect(problems).toEqual([]);
      expect(buildConfig({ value, source, problems: [] }, options).databases.map(({ entry }) => entry)).toEqual(
        config.databases.map(({ entry }) => entry),
      );
    }),
  );
});

test('words that are quoted for a shell are split into what they were', () => {
  const word = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0'));
  const quote = fc.constantFrom(
    (each: string) => `'${each.replaceAll("'", `'"'"'`)}'`,
    (each: string) => `"${each.replaceAll(/["\\$`]/g, '\\$&')}"`,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(word, quote)), (words) => {
      const line = words.map(([each, quoted]) => quoted(each)).join(' ');
      expect(splitWords(line)).toEqual(words.map(([each]) => each));
    }),
  );
});

test('no line makes the splitter do anything but split or say what is wrong', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab \'"\\$`;|&<>()*?~#\n\t') }), (line) => {
      try {
        for (const each of splitWords(line)) expect(typeof each).toBe('string');
      } catch (error) {
        expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      }
    }),
    { numRuns: 1000 },
  );
});
