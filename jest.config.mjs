import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/test/**/*.test.ts',
    '<rootDir>/examples/**/*.test.ts',
  ],
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // From source, so that a test never runs against an old build.
  moduleNameMapper: {
    '^@dumpstream/core/testing$': '<rootDir>/packages/core/src/testing/index.ts',
    '^@dumpstream/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
  },
  // The tests mostly wait for servers and clients.
  maxWorkers: availableParallelism() + 1,
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testTimeout: 60_000,
};
