import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';

/**
 * The dependencies are bundled: importing hundreds of small files costs half a second, and some of them exist as ESM only,
 * which CommonJS hosts and jest's default mode could not load.
 */
const bundled = ['execa', 'fastest-levenshtein', 'tinyglobby', 'typebox', 'yaml'];

export default defineConfig({
  // The kit for tests uses the package by its name, as those who write hooks do: the same code, once.
  entry: { index: 'src/index.ts', testing: 'src/testing/index.ts' },
  external: ['@dumpstream/core'],
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20.19',
  dts: { compilerOptions: { baseUrl: '.', paths: { '@dumpstream/core': ['./src/index.ts'] } } },
  metafile: true,
  clean: true,
  silent: true,
  // Run by the directory engine as it stands.
  onSuccess: () => cp('src/directory/program', 'dist/program', { recursive: true }),
  shims: true, // `import.meta.url` in CommonJS, which a bundled one asks for
  noExternal: bundled,
  // CommonJS among the bundled asks for Node's own modules by `require`, which an ES module has to make for itself; others of
  // them import `createRequire` by its name.
  banner: ({ format }) =>
    format === 'esm'
      ? {
          js: "import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);",
        }
      : {},
});
