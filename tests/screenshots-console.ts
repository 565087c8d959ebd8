// `pnpm screenshots:console`: every page of the console, on a telephone and on a desk, light and dark, into
// tests/screenshots/console/ to be looked at.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBoth } from '../packages/server/test/stand-ins/both.ts';
import { makeClip } from '../packages/server/test/support/clip.ts';
import { mailedLink, signUp, turnOnSecondFactor } from './support/console.ts';
import { grantCredits } from './support/credits.ts';
import { openHostSite, type HostSite } from './support/host-page.ts';
import { launchBrowser } from './support/launch.ts';
import { landscape } from './support/photo.ts';
import { startServer } from './support/server.ts';
import { settled } from './support/settled.ts';
import { Widget } from './support/widget.ts';

const folder = join(import.meta.dirname, 'screenshots', 'console');
const only = process.argv[2];
const screens = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

async function shoot(page: Page, name: string): Promise<void> {
  await settled(page);
  for (const { width, colorScheme } of screens) {
    if (only !== undefined && `${width}-${colorScheme}` !== only) continue;
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  process.stdout.write(`${name}\n`);
}

async function makeVideos(browser: Browser, address: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(address);
  const widget = new Widget(page);
  const photo = { name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await landscape() };
  await widget.reaches(['empty']);
  await widget.give(photo, 'picked');
  for (let made = 0; made < 3; made++) {
    await widget.reaches(['ready']);
    await widget.choose('duration', '3');
    await widget.choose('resolution', '480p');
    await widget.part('create').click();
    await widget.reaches(['done']);
    if (made < 2) await widget.part('again').first().click();
  }
  await page.close();
}

async function doors(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  for (const name of ['sign-in', 'sign-up', 'password-reset', 'sign-in/link']) {
    await page.goto(`${url}/console/${name}`);
    await page.locator('h1').first().waitFor();
    await shoot(page, `door-${name.replace('/', '-')}`);
  }
  await page.goto(`${url}/console/sign-up`);
  await page.getByLabel('E-mail address').fill('grace@lamps.example');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
  await shoot(page, 'door-mail-sent');
  await page.goto(await mailedLink(url, 'grace@lamps.example', 'Confirm your address'));
  await shoot(page, 'door-complete');
  await page.close();
}

/** The widget of a site with a live key, where providers' models are to be had. */
async function models(browser: Browser, page: Page, shop: HostSite): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await grantCredits(server, await page.locator('tenant-name ic-copy code').innerText(), 500, 'To look at');
  await page.getByRole('link', { name: 'Sites', exact: true }).click();
  await page.getByRole('link', { name: /Lamps/ }).click();
  await page.getByRole('link', { name: 'Set up', exact: true }).click();
  await page.getByRole('button', { name: 'Make a live key' }).click();
  const key = page.locator('site-setup ic-copy code', { hasText: /^pk_live_/ }).first();
  const body = `<main><script async src="${server.url}/embed/v1/imgvid.js"></script><imgvid-generator key="${await key.innerText()}"></imgvid-generator></main>`;
  const visitor = await browser.newPage();
  await visitor.goto(shop.put({ body }));
  const widget = new Widget(visitor);
  await widget.reaches(['empty']);
  await widget.give({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await landscape() }, 'picked');
  await widget.reaches(['ready']);
  await widget.part('model').locator('summary').click();
  await shoot(visitor, 'widget-models');
  await widget.part('models').locator('input[value="replicate/hailuo-02"]').check({ force: true });
  await widget.choose('duration', '10');
  await widget.part('more').first().locator('summary').click();
  await shoot(visitor, 'widget-models-hailuo');
  await widget.part('create').click();
  await widget.reaches(['working']);
  await shoot(visitor, 'widget-models-working');
  await visitor.close();
}

async function console(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  const shop = await openHostSite();
  await signUp(page, url, 'ada@lamps.example');
  await shoot(page, 'overview-empty');
  await page.goto(`${url}/console/videos`);
  await shoot(page, 'videos-empty');
  await page.goto(`${url}/console/sites`);
  await shoot(page, 'sites-empty');
  await page.getByRole('button', { name: 'New site' }).click();
  await shoot(page, 'sites-new');
  await page.getByLabel('Name').fill('Lamps');
  await page.getByRole('button', { name: 'Make site' }).click();
  await page.getByLabel('Origin', { exact: true }).fill('http://lamps.example');
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText('Did you mean').waitFor();
  await shoot(page, 'setup-refused');
  await page.getByLabel('Origin', { exact: true }).fill(shop.origin);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText(shop.origin, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Make a test key' }).click();
  const lines = page.locator('site-setup ic-copy code', { hasText: 'pk_test_' }).last();
  await lines.waitFor();
  await shoot(page, 'setup-key');
  await makeVideos(browser, shop.put({ body: await lines.innerText() }));
  await page.getByText('It works').waitFor();
  await shoot(page, 'setup-done');
  const tabs = page.getByRole('navigation', { name: 'Settings of the site' });
  for (const tab of ['Origins', 'Keys', 'Look', 'Models', 'Limits', 'Settings']) {
    await tabs.getByRole('link', { name: tab, exact: true }).click();
    if (tab === 'Look') await page.frameLocator('iframe').locator('[part~="create"]').waitFor();
    await shoot(page, `site-${tab.toLowerCase()}`);
  }
  await tabs.getByRole('link', { name: 'Keys', exact: true }).click();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByText('For your own server').click();
  await shoot(page, 'keys-new');
  await page.getByRole('button', { name: 'Make key' }).click();
  await page.getByRole('button', { name: 'I have copied it' }).waitFor();
  await shoot(page, 'keys-made');
  const pages = [
    '',
    'videos',
    'sites',
    'usage',
    'members',
    'audit',
    'settings',
    'tenant/deletion',
    'account',
  ];
  for (const name of pages) {
    await page.goto(`${url}/console/${name}`);
    await page.locator('h1').first().waitFor();
    await page.waitForLoadState('networkidle');
    await shoot(page, name.replace('/', '-') || 'overview');
  }
  await page.goto(`${url}/console/videos`);
  await page.locator('page-videos ic-rows [role=row]').first().click();
  await page.getByRole('heading', { name: 'About' }).waitFor();
  await shoot(page, 'video');
  await page.getByRole('button', { name: 'Delete' }).click();
  await shoot(page, 'video-delete');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: /Ada Byron/ }).click();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  await shoot(page, 'account-qr');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await turnOnSecondFactor(page);
  await shoot(page, 'account-on');
  await models(browser, page, shop);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Menu' }).click();
  await settled(page);
  await page.screenshot({ path: join(folder, 'menu-390.png') });
  await shop.close();
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const both = await startBoth(await makeClip());
const [server, browser] = await Promise.all([startServer({ env: both.settings }), launchBrowser()]);
try {
  await doors(browser, server.url);
  await console(browser, server.url);
} finally {
  await browser.close();
  await server.stop();
  await both.close();
}
