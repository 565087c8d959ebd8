// `pnpm screenshots`: every state of the widget on the demo page, on a telephone and on a desk, light and dark,
// into tests/screenshots/ to be looked at. A test has nothing to say about whether something looks right.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './support/launch.ts';
import { landscape } from './support/photo.ts';
import { settled } from './support/settled.ts';
import { startServer, type TestServer } from './support/server.ts';
import { Widget } from './support/widget.ts';

const folder = join(import.meta.dirname, 'screenshots');
const screens = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

async function shoot(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, timeout: 120_000 });
  process.stdout.write(`${name}\n`);
}

async function walk(browser: Browser, server: TestServer, screen: (typeof screens)[number]): Promise<void> {
  const { width, colorScheme } = screen;
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: width < 500 ? 844 : 900 },
    deviceScaleFactor: width < 500 ? 2 : 1,
    hasTouch: width < 500,
  });
  const page = await context.newPage();
  const widget = new Widget(page);
  const name = (state: string): string => `${width}-${colorScheme}-${state}`;
  const photo = { name: 'sunset.jpg', mimeType: 'image/jpeg', buffer: await landscape() };

  await page.goto(`${server.url}/demo`);
  await widget.reaches(['empty']);
  await shoot(page, name('1-empty'));
  await widget.give({ ...photo, name: 'letter.jpg', buffer: Buffer.from('no photo') }, 'picked');
  await widget.part('error').first().waitFor();
  await shoot(page, name('2-refused'));
  await slowly(page, async () => {
    await widget.give(photo, 'picked');
    await widget.reaches(['uploading']);
    await widget.part('moves').waitFor();
    await shoot(page, name('3-a-uploading'));
  });
  await widget.reaches(['ready']);
  await shoot(page, name('3-ready'));
  await widget.part('more').first().locator('summary').click();
  await shoot(page, name('3-z-more'));
  await widget.part('more').first().locator('summary').click();
  await widget.move('push_in');
  await widget.choose('duration', '5');
  await widget.choose('resolution', '1080p');
  await widget.part('create').click();
  await widget.reaches(['working']);
  await shoot(page, name('4-begun'));
  while (((await widget.progress()) ?? 0) < 0.4 && (await widget.state()) === 'working') {
    await page.waitForTimeout(100);
  }
  await shoot(page, name('5-working'));
  await widget.reaches(['done']);
  await shoot(page, name('6-done'));
  await widget.part('again').first().click();
  await widget.reaches(['ready']);
  await shoot(page, name('7-again'));
  await page.reload();
  await widget.reaches(['empty', 'ready', 'done']);
  await shoot(page, name('8-back'));
  // A key that nobody knows; the widget says so when it is first used.
  await page.evaluate(() => {
    const unknown = document.createElement('imgvid-generator');
    unknown.setAttribute('key', 'pk_test_unknown');
    document.querySelector('imgvid-generator')?.replaceWith(unknown);
  });
  await widget.reaches(['empty']);
  await widget.give(photo, 'picked');
  await widget.reaches(['failed']);
  await shoot(page, name('9-failed'));
  await context.close();
}

/** While `during` runs, the page's uploads crawl. */
async function slowly(page: Page, during: () => Promise<void>): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const at = (uploadThroughput: number) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await at(12_000);
  await during();
  await at(-1);
}

async function main(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  try {
    for (const screen of screens) await walk(browser, server, screen);
  } finally {
    await browser.close();
    await server.stop();
  }
}

await main();
