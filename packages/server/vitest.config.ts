import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // These become other users to see what those meet.
    exclude: process.getuid?.() === 0 ? [] : ['test/postgres/as-root.test.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // One Postgres for the run; each file that needs a database makes itself one in it.
    globalSetup: ['test/support/cluster.ts'],
    // Many wait more than they reckon: for a provider's second thoughts, a heartbeat missed, a server that starts.
    maxWorkers: availableParallelism() + 1,
    // What is waited for takes as long as the machine is slow.
    expect: { poll: { timeout: 15_000, interval: 50 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
