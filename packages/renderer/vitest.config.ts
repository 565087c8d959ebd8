import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test}/**/*.test.ts'],
    // Videos are made, which takes as long as the machine is slow.
    testTimeout: 60_000,
    // No file changes what another sees, and starting anew for each takes a second.
    isolate: false,
  },
});
