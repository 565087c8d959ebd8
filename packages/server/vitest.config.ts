import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // These become other users to see what those meet.
    exclude: process.getuid?.() === 0 ? [] : ['test/postgres/as-root.test.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // One Postgres for the run; each file that needs a database makes itself one in it.
    globalSetup: ['test/support/cluster.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
