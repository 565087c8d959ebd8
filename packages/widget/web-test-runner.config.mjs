import { join } from 'node:path';
import { findTestBrowser } from '@imgvid/tests/browser';
import { startServer } from '@imgvid/tests/server';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher, defaultReporter } from '@web/test-runner';
import { countsReporter } from '../../scripts/testing/wtr-report.mjs';

const { executablePath, args, env } = await findTestBrowser();
let server;

export default {
  files: 'test/**/*.test.ts',
  rootDir: join(import.meta.dirname, '../..'),
  nodeResolve: { exportConditions: ['browser', 'production'] },
  concurrency: 1,
  browsers: [chromeLauncher({ launchOptions: { executablePath, args, env } })],
  reporters: [defaultReporter(), countsReporter()],
  testFramework: { config: { timeout: 30_000 } },
  testsFinishTimeout: 180_000,
  plugins: [
    esbuildPlugin({ ts: true, target: 'es2024' }),
    {
      // The real server, which answers to any port of this machine with its demo key.
      name: 'imgvid-server',
      async serverStart() {
        // To it all tests are one visitor, who does in a minute what others do in an hour.
        server = await startServer({ env: { IMGVID_RATE_LIMIT_FACTOR: '1000' } });
      },
      serve: ({ path }) => (path === '/imgvid-server' ? { body: server.url, type: 'text' } : undefined),
      async serverStop() {
        await server?.stop();
      },
    },
  ],
};
