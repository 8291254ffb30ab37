import { defineConfig } from 'tsup';

/** How every package is built that needs nothing but `@dumpstream/core`. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20.19',
  dts: true,
  clean: true,
  silent: true,
});
