import { type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './launch.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

export interface Stage {
  server: TestServer;
  browser: Browser;
  /** A page of a visitor nobody has seen before. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  /** What pages have complained about since the test began: errors, failed requests, console errors. */
  complaints: string[];
  /** What they are bound to complain about in this test; anything else at its end fails it. */
  expects(complaint: RegExp): void;
}

/**
 * A server and a browser for all tests of a file; pages are closed after each test. When a test fails, the
 * server's log and what the pages complained about are printed.
 */
export function useStage(options?: TestServerOptions): Stage {
  const stage: Partial<Stage> & Pick<Stage, 'complaints'> = { complaints: [] };
  const contexts: BrowserContext[] = [];
  const expected: RegExp[] = [];
  beforeAll(async () => {
    [stage.server, stage.browser] = await Promise.all([startServer(options), launchBrowser()]);
  });
  afterEach(async ({ task }) => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    const bound = expected.splice(0);
    const complaints = stage.complaints.splice(0).filter((one) => !bound.some((each) => each.test(one)));
    if (task.result?.state !== 'fail') {
      expect(complaints, 'what the pages complained about').toEqual([]);
      return;
    }
    process.stderr.write(`The pages said:\n${complaints.join('\n')}\n`);
    process.stderr.write(`The server said:\n${stage.server?.log().slice(-8000)}\n`);
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  stage.newPage = async (contextOptions = {}) => {
    if (!stage.browser) throw new Error('A page is there only while tests run.');
    const context = await stage.browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...contextOptions,
    });
    contexts.push(context);
    const page = await context.newPage();
    listen(page, stage.complaints);
    return page;
  };
  stage.expects = (complaint) => void expected.push(complaint);
  return stage as Stage;
}

function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // The page itself gave it up: a stream it has read to its end, a page that was left.
    if (reason !== 'net::ERR_ABORTED')
      complaints.push(`request: ${request.method()} ${request.url()} ${reason}`);
  });
}
