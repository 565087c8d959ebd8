import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    // Each starts a server with its database and a browser, waits for much and renders some: two fill two cores.
    maxWorkers: 2,
    // What is waited for takes as long as the machine is slow.
    expect: { poll: { timeout: 30_000, interval: 100 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
