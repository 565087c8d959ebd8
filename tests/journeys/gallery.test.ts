import type { BrowserContextOptions } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems } from '../support/axe.ts';
import { useStage } from '../support/page.ts';
import { landscape } from '../support/photo.ts';
import { Widget, type PhotoFile } from '../support/widget.ts';

const stage = useStage();
let photo: PhotoFile;

beforeAll(async () => {
  photo = {
    name: 'sunset.jpg',
    mimeType: 'image/jpeg',
    buffer: await landscape({ width: 800, height: 600 }),
  };
});

async function openDemo(options?: BrowserContextOptions): Promise<Widget> {
  const page = await stage.newPage(options);
  await page.goto(`${stage.server.url}/demo`);
  const widget = new Widget(page);
  await widget.reaches(['empty'], 20_000);
  return widget;
}

async function withPhoto(options?: BrowserContextOptions): Promise<Widget> {
  const widget = await openDemo(options);
  await widget.give(photo, 'picked');
  await widget.reaches(['ready']);
  await widget.part('moves').locator('canvas').first().waitFor();
  return widget;
}

/** The moves whose tiles stood differently at two moments out of ten frames. */
const moving = (widget: Widget): Promise<string[]> =>
  widget.part('moves').evaluate(async (moves) => {
    const canvases = [...moves.querySelectorAll('canvas')];
    const seen = canvases.map(() => new Set<string>());
    for (let frame = 0; frame < 10; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      for (const [i, canvas] of canvases.entries()) seen[i]?.add(canvas.style.transform);
    }
    return canvases.filter((_, i) => (seen[i]?.size ?? 0) > 1).map((canvas) => canvas.dataset['move'] ?? '');
  });

describe('the gallery of moves', () => {
  test('on a desk, the chosen tile moves, and the one under the pointer or with the focus', async () => {
    const widget = await withPhoto();
    await widget.page.mouse.move(0, 0);
    await expect.poll(() => moving(widget)).toEqual(['push_in']);
    await widget.part('move-tilt_up').hover({ force: true });
    await expect.poll(() => moving(widget)).toEqual(['push_in', 'tilt_up']);
    await widget.page.mouse.move(0, 0);
    await expect.poll(() => moving(widget)).toEqual(['push_in']);
    // The arrow keys choose as they go.
    await widget.part('move-push_in').focus();
    await widget.page.keyboard.press('ArrowRight');
    await expect.poll(() => moving(widget)).toEqual(['pull_out']);
  });

  test('on a touch screen, where nothing hovers, those in view move', async () => {
    const widget = await withPhoto({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await widget.part('moves').scrollIntoViewIfNeeded();
    await expect.poll(async () => (await moving(widget)).length).toBeGreaterThan(2);
    expect(await moving(widget)).not.toContain('static');
  });

  test('nothing moves for those who asked their system for that', async () => {
    const widget = await withPhoto({ reducedMotion: 'reduce' });
    await widget.part('move-tilt_up').hover({ force: true });
    expect(await moving(widget)).toEqual([]);
  });
});

test('who has no photo at hand takes one of the page’s with one click', async () => {
  const widget = await openDemo();
  await widget.page.getByRole('button', { name: 'A cup of coffee' }).click();
  await widget.reaches(['ready']);
  expect(await accessibilityProblems(widget.page)).toEqual([]);
});
