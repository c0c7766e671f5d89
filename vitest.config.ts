import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const report = process.env.TENON_TEST_REPORT;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^tenon\/plugin-api\/lib\/(.*)$/, replacement: here('./plugin-api/lib/$1.ts') },
      { find: /^tenon\/plugin-api$/, replacement: here('./plugin-api/index.ts') },
      { find: /^tenon\/kernel$/, replacement: here('./kernel/index.ts') },
      { find: /^tenon\/test-kit$/, replacement: here('./test/kit/index.ts') },
    ],
  },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'scripts/demo-project/**'],
    testTimeout: 20_000,
    // A second, machine-readable report for whoever started the tests.
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
