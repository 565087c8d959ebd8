import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityProblems } from '../support/axe.ts';
import { giveVirtualAuthenticator, password, signUp, turnOnSecondFactor } from '../support/console.ts';
import { openHostSite, type HostSite } from '../support/host-page.ts';
import { useStage } from '../support/page.ts';
import { landscape } from '../support/photo.ts';
import { Widget } from '../support/widget.ts';

const stage = useStage();
let shop: HostSite;

beforeAll(async () => {
  shop = await openHostSite();
});
afterAll(async () => {
  await shop?.close();
});

/** A page of the shop with the lines that the console gave, as its owner pastes them. */
async function openShop(snippet: string): Promise<Widget> {
  const page = await stage.newPage();
  await page.goto(shop.put({ body: `<h1>Lamp Shop</h1>${snippet}` }));
  return new Widget(page);
}

async function makeSite(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Set up a site' }).click();
  await page.getByLabel('Name').fill('Lamps');
  await page.getByRole('button', { name: 'Make site' }).click();
  await page.getByRole('heading', { name: 'Where will it run?' }).waitFor();
}

async function allowOrigin(page: Page, origin: string): Promise<void> {
  await page.getByLabel('Origin', { exact: true }).fill(origin);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
}

/** The browser writes down every refusal of the API: here of the origin, and that nobody is signed in yet. */
const refusal = /status of (401|422)/;

test('A stranger signs up, secures the account, and has the first video made on his own site', async () => {
  const { url } = stage.server;
  const email = 'ada@lamps.example';
  const page = await stage.newPage();
  await signUp(page, url, email);
  expect(await accessibilityProblems(page)).toEqual([]);

  const { app, recoveryCodes } = await turnOnSecondFactor(page);
  expect(new Set(recoveryCodes).size).toBeGreaterThanOrEqual(8);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Code').fill(app.next());
  await page.getByRole('button', { name: 'Go on' }).click();

  // Signing out was done on the account page, and in again leads back to it.
  await page.getByRole('heading', { name: 'Account security' }).waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await makeSite(page);
  await allowOrigin(page, 'http://lamps.example');
  await page.getByText('Did you mean https://lamps.example ?').waitFor();
  await allowOrigin(page, shop.origin);
  await page.getByText(shop.origin, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Make a test key' }).click();
  const lines = page.locator('site-setup ic-copy code', { hasText: '<imgvid-generator' });
  await expect.poll(() => lines.innerText()).toContain('pk_test_');
  expect(await accessibilityProblems(page)).toEqual([]);

  const widget = await openShop(await lines.innerText());
  await widget.reaches(['empty']);
  await widget.give({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await landscape() }, 'picked');
  await widget.reaches(['ready']);
  await widget.choose('duration', '3');
  await widget.choose('resolution', '480p');
  await widget.part('create').click();
  await widget.reaches(['done']);

  await page.getByText('It works', { exact: false }).click();
  await page.getByRole('heading', { name: 'About' }).waitFor();
  const video = page.locator('page-video video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.duration)).toBeCloseTo(3, 1);
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('row', { name: /Lamps 1 0 \d+/ }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'About' }).waitFor();
  stage.expects(refusal);
});

const pages = [
  '',
  'sign-in',
  'sign-up',
  'account',
  'videos/gen_1',
  'sites/site_1/keys',
  'email-change',
  'no/such/page',
];

test.each([...pages.map((path) => [path, 'none', 'DENY']), ['preview', 'self', 'SAMEORIGIN']])(
  'No other page frames /console/%s, and nothing inline runs on it',
  async (path, ancestors, frames) => {
    const { headers } = await fetch(`${stage.server.url}/console/${path}`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`frame-ancestors '${ancestors}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-frame-options')).toBe(frames);
  },
);

test('A look is tried on the real widget before it is saved, and a deep link leads there through the door, by a passkey', async () => {
  const { url } = stage.server;
  const email = 'grace@lamps.example';
  const page = await stage.newPage();
  await signUp(page, url, email);
  await makeSite(page);
  await page.getByRole('link', { name: 'Look', exact: true }).click();
  const create = page.frameLocator('iframe').locator('[part~="create"]');
  await create.waitFor();
  await page.getByLabel('Accent', { exact: true }).fill('#aa0055');
  await page.getByLabel('Button: create').fill('<b>Bring it to life</b>');
  await expect.poll(() => create.innerText()).toContain('<b>Bring it to life</b>');
  const paint = () => create.evaluate((button) => getComputedStyle(button).backgroundColor);
  await expect.poll(paint).toBe('rgb(170, 0, 85)');
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save look' }).click();
  await page.getByText('Visitors see it with their next visit').first().waitFor();

  const look = page.url();
  await giveVirtualAuthenticator(page);
  await page.getByRole('link', { name: /Ada Byron/ }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name of the passkey').fill('My laptop');
  await page.getByRole('button', { name: 'Go on' }).click();
  const codes = page.locator('account-passkeys recovery-codes ic-dialog');
  await codes.getByLabel('I have kept them').check();
  await codes.getByRole('button', { name: 'Done' }).click();
  await page.getByText('not used yet').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto(look);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect.poll(() => page.getByLabel('Button: create').inputValue()).toBe('<b>Bring it to life</b>');
  expect(page.url()).toBe(look);
  stage.expects(refusal);
});
