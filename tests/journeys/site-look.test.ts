import type { SiteLook, VisitorSession } from '@imgvid/api';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useStage } from '../support/page.ts';
import { landscape } from '../support/photo.ts';
import { Widget, type PhotoFile } from '../support/widget.ts';

const stage = useStage();
let photo: PhotoFile;

beforeAll(async () => {
  photo = { name: 'sunset.jpg', mimeType: 'image/jpeg', buffer: await landscape() };
});

const look: SiteLook = {
  theme: { scheme: 'light', light: { accent: '#aa0055' }, dark: {}, radius_px: 3, font: null },
  texts: { '*': { create: '<img src=x onerror="window.hurt = 1">' } },
  hidden_controls: ['prompt', 'resolution', 'share', 'take_photo'],
  defaults: { duration_s: 3, resolution: '480p', camera_move: 'pan_left' },
  models: null,
};

/** What the owner of the demo site would have set: the server’s own answer with this look in it. */
const setLook = async (page: Page): Promise<void> => {
  await page.route('**/v1/visitor-sessions', async (route) => {
    const response = await route.fetch();
    const session = (await response.json()) as VisitorSession;
    await route.fulfill({ response, json: { ...session, site: { ...session.site, look } } });
  });
};

test('The owner’s look is what visitors see, under the strictest policy, and a script in it is text', async () => {
  const page = await stage.newPage();
  await setLook(page);
  await page.goto(`${stage.server.url}/demo`);
  const widget = new Widget(page);
  await widget.reaches(['empty'], 20_000);
  await widget.give(photo, 'picked');
  await widget.reaches(['ready']);
  const create = widget.part('create');
  await expect.poll(() => create.innerText()).toContain('<img src=x onerror="window.hurt = 1">');
  expect(await create.evaluate((button) => getComputedStyle(button).backgroundColor)).toBe('rgb(170, 0, 85)');
  expect(await widget.part('card').evaluate((card) => getComputedStyle(card).borderRadius)).toBe('3px');
  expect(await widget.part('resolution').count()).toBe(0);
  expect(await widget.part('prompt').count()).toBe(0);
  expect(await widget.part('duration').count()).toBe(1);
  expect(await widget.part('move-pan_left').isChecked()).toBe(true);
  await create.click();
  await widget.reaches(['done']);
  expect(await widget.part('share').count()).toBe(0);
  expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
});
