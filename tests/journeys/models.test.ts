import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBoth, type BothStandIns } from '../../packages/server/test/stand-ins/both.ts';
import { makeClip } from '../../packages/server/test/support/clip.ts';
import { accessibilityProblems } from '../support/axe.ts';
import { signUp } from '../support/console.ts';
import { grantCredits } from '../support/credits.ts';
import { openHostSite, type HostSite } from '../support/host-page.ts';
import { useStage } from '../support/page.ts';
import { landscape } from '../support/photo.ts';
import { Widget } from '../support/widget.ts';

/** Filled in before the server is started with it. */
const env: Record<string, string> = {};
let both: BothStandIns;
let shop: HostSite;

beforeAll(async () => {
  [both, shop] = await Promise.all([startBoth(await makeClip()), openHostSite()]);
  Object.assign(env, both.settings);
}, 60_000);
const stage = useStage({ env });
afterAll(async () => {
  await both?.close();
  await shop?.close();
});

const tab = async (page: Page, name: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Settings of the site' })
    .getByRole('link', { name, exact: true })
    .click();

/** The live key of a new site that may run on the shop's pages. */
async function liveKey(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Set up a site' }).click();
  await page.getByLabel('Name').fill('Lamps');
  await page.getByRole('button', { name: 'Make site' }).click();
  await page.getByLabel('Origin', { exact: true }).fill(shop.origin);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText(shop.origin, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Make a live key' }).click();
  return page
    .locator('site-setup ic-copy code', { hasText: /^pk_live_/ })
    .first()
    .innerText();
}

/** The models that are allowed, in their order. */
const allowed = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('model-list li:has(input:checked)')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-model')));

async function tenantId(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Settings' }).first().click();
  return page.locator('tenant-name ic-copy code').innerText();
}

test('With keys of providers the owner chooses models, and visitors make videos with them at the price that was shown', async () => {
  const { server } = stage;
  const page = await stage.newPage();
  await signUp(page, server.url, 'ada@lamps.example');
  const key = await liveKey(page);
  await tab(page, 'Models');
  const models = page.locator('site-models');
  await models.getByText('KieAI ·').first().waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await models.getByLabel('Only these, in this order').check();
  const ordered = ['kie/kling-2.6', 'imgvid/camera', 'replicate/hailuo-02'];
  const wanted = new Set<string | null>(ordered);
  for (const id of await allowed(page)) {
    if (!wanted.has(id)) await models.locator(`li[data-model="${id}"] input`).uncheck();
  }
  await models.getByLabel('May another take over when it fails?').selectOption('auto');
  await models.getByRole('button', { name: 'Move Kling 2.6 up' }).press('Enter');
  await expect.poll(() => allowed(page)).toEqual(ordered);
  await expect
    .poll(() => page.locator('model-list').evaluate((list) => list.shadowRoot?.activeElement?.ariaLabel))
    .toBe('Move Kling 2.6 up');
  // What is not saved yet outlives a look at another page of the site.
  await tab(page, 'Origins');
  await tab(page, 'Models');
  await models.getByText('Not saved yet').waitFor();
  await expect.poll(() => allowed(page)).toEqual(ordered);
  await models.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It holds from now on.').first().waitFor();
  await page.reload();
  await expect.poll(() => allowed(page)).toEqual(ordered);
  expect(await models.getByLabel('May another take over when it fails?').inputValue()).toBe('auto');

  // What was put into a form stays there when it is refused.
  await tab(page, 'Limits');
  await page.getByLabel('Site key of Cloudflare Turnstile (optional)').fill('0x4AAA');
  await page.getByLabel('Ask for a second of work').selectOption('always');
  await page.getByRole('button', { name: 'Save' }).last().click();
  await page.getByText('Turnstile needs both').waitFor();
  expect(await page.getByLabel('Site key of Cloudflare Turnstile (optional)').inputValue()).toBe('0x4AAA');
  expect(await page.getByLabel('Ask for a second of work').inputValue()).toBe('always');

  const tenant = await tenantId(page);
  expect(await grantCredits(server, tenant, 500, 'Paid by transfer')).toBe(
    `${tenant} has 500 more live credits, and 500 to spend.`,
  );

  const visitor = await stage.newPage();
  await visitor.goto(
    shop.put({
      body: `<main><h1>Lamp Shop</h1><script async src="${server.url}/embed/v1/imgvid.js"></script><imgvid-generator key="${key}"></imgvid-generator></main>`,
    }),
  );
  const widget = new Widget(visitor);
  await widget.reaches(['empty']);
  await widget.give({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await landscape() }, 'picked');
  await widget.reaches(['ready']);
  await widget.part('model').locator('summary').click();
  const offered = widget.part('models');
  expect(await offered.getByRole('radio').count()).toBe(3);
  // Kling 2.6 makes 5 or 10 seconds, in 1080p and nothing else.
  expect(await offered.getByRole('radio', { name: /Kling 2\.6/ }).isChecked()).toBe(true);
  expect(await values(widget, 'duration')).toEqual(['5', '10']);
  expect(await values(widget, 'resolution')).toEqual(['1080p']);

  await offered.getByRole('radio', { name: /Hailuo 02/ }).check({ force: true });
  await widget.choose('duration', '10');
  const sharpest = widget.part('resolution').locator('option[value="1080p"]');
  expect(await sharpest.innerText()).toContain('only at 6 sec');
  expect(await sharpest.isDisabled()).toBe(true);
  expect(await accessibilityProblems(visitor)).toEqual([]);

  await offered.getByRole('radio', { name: /Kling 2\.6/ }).check({ force: true });
  await widget.choose('duration', '5');
  const shown = Number(/(\d+) credits/.exec(await widget.part('create').innerText())?.[1]);
  expect(shown).toBeGreaterThan(5);
  await widget.part('create').click();
  await widget.reaches(['done']);
  const [job] = both.kie.jobs.values();
  expect(job?.input).toMatchObject({ duration: '5', sound: false });

  await page.getByText('Live', { exact: true }).click();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page
    .getByText(`${500 - shown}`, { exact: true })
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByText('Granted 500 live credits: Paid by transfer').first().waitFor();
  // The console asks who is signed in before anybody is.
  stage.expects(/status of (400|401)/);
}, 120_000);

/** What a list offers that can be chosen. */
const values = (widget: Widget, part: string): Promise<string[]> =>
  widget
    .part(part)
    .locator('option')
    .evaluateAll((options) =>
      options.flatMap((option) =>
        (option as HTMLOptionElement).disabled ? [] : (option as HTMLOptionElement).value,
      ),
    );
