import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions, FileChooser, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tenantApi, type TenantApi } from '../support/api.ts';
import { accessibilityProblems } from '../support/axe.ts';
import { motionBetween, type Motion } from '../support/motion.ts';
import { useStage } from '../support/page.ts';
import { landscape } from '../support/photo.ts';
import { decodeInBrowser, readVideoFile } from '../support/video.ts';
import { Widget, type PhotoFile, type Way } from '../support/widget.ts';

const stage = useStage();
let photo: PhotoFile;
let api: TenantApi;

beforeAll(async () => {
  photo = { name: 'sunset.jpg', mimeType: 'image/jpeg', buffer: await landscape() };
  api = tenantApi(stage.server.url);
});

async function openDemo(options?: BrowserContextOptions): Promise<Widget> {
  // A preview that moves is drawn by the processor here: the first journey and the gallery's look at it.
  const opened = await stage.newPage({ reducedMotion: 'reduce', ...options });
  await opened.goto(`${stage.server.url}/demo`);
  const widget = new Widget(opened);
  await widget.reaches(['empty', 'ready', 'working', 'done'], 20_000);
  return widget;
}

interface Wishes {
  move: string;
  duration: string;
  resolution: string;
  shape: string;
}

async function wish(widget: Widget, { move, duration, resolution, shape }: Wishes): Promise<void> {
  await widget.move(move);
  await widget.choose('duration', duration);
  await widget.choose('resolution', resolution);
  await widget.choose('aspect-ratio', shape);
}

const quick: Wishes = { move: 'push_in', duration: '3', resolution: '480p', shape: '16:9' };
/** Long enough to be interrupted. */
const slow: Wishes = { move: 'push_in', duration: '10', resolution: '1080p', shape: '16:9' };

async function downloaded(widget: Widget): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    widget.page.waitForEvent('download', { timeout: 20_000 }),
    widget.part('download').first().click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** What the bar showed until the video was done, each time with what the server said right afterwards. */
async function watchProgress(widget: Widget, id: string): Promise<{ shown: number; real: number }[]> {
  const seen: { shown: number; real: number }[] = [];
  while ((await widget.state()) === 'working') {
    const shown = await widget.progress();
    const { progress } = await api.client.generations.get(id);
    if (shown !== null) seen.push({ shown, real: progress });
    await widget.page.waitForTimeout(40);
  }
  return seen;
}

async function newest(): Promise<string> {
  const [generation] = await api.generations();
  if (!generation) throw new Error('The server knows no generation.');
  return generation.id;
}

test('a photo becomes the video that was asked for', async () => {
  const widget = await openDemo({ reducedMotion: 'no-preference' });
  expect(await accessibilityProblems(widget.page)).toEqual([]);

  await widget.give(photo, 'dropped');
  await widget.reaches(['ready']);
  expect(await accessibilityProblems(widget.page)).toEqual([]);

  await wish(widget, { ...quick, resolution: '1080p', shape: '9:16' });
  await widget.part('create').click();
  await widget.reaches(['working', 'done']);
  await expect.poll(() => api.generations()).not.toEqual([]);
  const id = await newest();
  const progress = await watchProgress(widget, id);
  await widget.reaches(['done']);
  expect(await accessibilityProblems(widget.page)).toEqual([]);

  // Never more than the server has done, never backwards, and something in between.
  expect(progress.filter(({ shown, real }) => shown > real + 0.011)).toEqual([]);
  const shown = progress.map((one) => one.shown);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  expect(shown.some((value) => value > 0 && value < 1)).toBe(true);

  await widget.play();
  await expect.poll(() => widget.videoTime()).toBeGreaterThan(0.2);

  const file = await downloaded(widget);
  expect(file.name).toMatch(/\.mp4$/);
  const facts = await readVideoFile(file.bytes);
  expect(facts).toMatchObject({ width: 1080, frames: 90, hasSound: false, fastStart: true });
  expect(facts.codec).toMatch(/^avc1\.6400/);
  expect(facts.duration).toBeCloseTo(3, 3);
  expect(facts.fps).toBeCloseTo(30, 3);
  const { output } = await api.client.generations.get(id);
  expect(output).toMatchObject({ width: facts.width, height: facts.height, byte_size: file.bytes.length });
  expect(facts.height / facts.width).toBeCloseTo(16 / 9, 1);

  const decoded = await decodeInBrowser(widget.page, file.bytes, [0, 1]);
  expect(decoded).toMatchObject({ width: facts.width, height: facts.height });
  expect(decoded.duration).toBeCloseTo(3, 2);
  expect(decoded.colour).toEqual({
    primaries: 'bt709',
    transfer: 'bt709',
    matrix: 'bt709',
    fullRange: false,
  });
  const motion = motionOf(decoded.pictures);
  expect(motion.scale).toBeGreaterThan(1.1);
  expect(Math.abs(motion.right)).toBeLessThan(0.03);
});

function motionOf(pictures: Awaited<ReturnType<typeof decodeInBrowser>>['pictures']): Motion {
  const [first, last] = pictures;
  if (!first || !last) throw new Error('Two pictures are needed.');
  return motionBetween(first, last);
}

interface MoveCase {
  move: string;
  way: Way;
  shape: string;
  screen: BrowserContextOptions;
  /** Width by height at 480p. */
  size: [number, number];
  moved: (motion: Motion) => boolean;
}

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true };
const dark: BrowserContextOptions = { colorScheme: 'dark' };

// The camera goes where it was sent, so what it looks at goes the other way.
test.each<MoveCase>([
  {
    move: 'pan_right',
    way: 'picked',
    shape: '1:1',
    screen: { ...phone, ...dark },
    size: [480, 480],
    moved: (m) => m.right < -0.05,
  },
  {
    move: 'tilt_up',
    way: 'pasted',
    shape: '4:5',
    screen: dark,
    size: [480, 600],
    moved: (m) => m.down > 0.05,
  },
  {
    move: 'pull_out',
    way: 'dropped',
    shape: 'source',
    screen: phone,
    size: [640, 480],
    moved: (m) => m.scale < 0.9,
  },
])('a $way photo, $move in $shape, moves that way', async ({ move, way, shape, screen, size, moved }) => {
  const widget = await openDemo(screen);
  await widget.give(photo, way);
  await widget.reaches(['ready']);
  expect(await accessibilityProblems(widget.page)).toEqual([]);
  await wish(widget, { ...quick, move, shape });
  await widget.part('create').click();
  await widget.reaches(['done']);
  expect(await accessibilityProblems(widget.page)).toEqual([]);
  const { bytes } = await downloaded(widget);
  const decoded = await decodeInBrowser(widget.page, bytes, [0, 1]);
  expect([decoded.width, decoded.height]).toEqual(size);
  const motion = motionOf(decoded.pictures);
  expect(moved(motion), JSON.stringify(motion)).toBe(true);
});

describe('on the way', () => {
  test('a reload in the middle finds the same job again', async () => {
    const widget = await openDemo();
    await widget.give(photo, 'picked');
    await widget.reaches(['ready']);
    await wish(widget, { ...quick, duration: '5', resolution: '720p' });
    const before = (await api.generations()).length;
    await widget.part('create').click();
    await expect.poll(async () => (await api.generations()).length).toBe(before + 1);
    const id = await newest();
    await expect.poll(async () => (await api.client.generations.get(id)).progress).toBeGreaterThan(0.1);

    await widget.page.reload();
    await widget.reaches(['working', 'done']);
    await widget.reaches(['done']);
    expect((await api.generations()).length).toBe(before + 1);
    expect((await downloaded(widget)).bytes.length).toBe(
      (await api.client.generations.get(id)).output?.byte_size,
    );
  });

  test('left before the server has answered, the video is found again all the same', async () => {
    const widget = await openDemo();
    await widget.give(photo, 'picked');
    await widget.reaches(['ready']);
    await wish(widget, slow);
    const before = (await api.generations()).length;
    // The wish arrives, its answer does not.
    await widget.page.route('**/v1/generations', (route) =>
      route.request().method() === 'POST' ? void route.fetch() : route.continue(),
    );
    await widget.part('create').click();
    await expect.poll(async () => (await api.generations()).length).toBe(before + 1);
    const id = await newest();
    await widget.page.unroute('**/v1/generations');
    await widget.page.reload();
    await widget.reaches(['working']);
    await widget.part('cancel').click();
    await expect.poll(async () => (await api.client.generations.get(id)).status).toBe('canceled');
    expect((await api.generations()).length).toBe(before + 1);
  });

  test('a canceled video ends at once and costs nothing', async () => {
    const widget = await openDemo();
    await widget.give(photo, 'picked');
    await widget.reaches(['ready']);
    await wish(widget, slow);
    const before = await api.credits();
    const known = (await api.generations()).length;
    await widget.part('create').click();
    await expect.poll(async () => (await api.generations()).length).toBe(known + 1);
    const id = await newest();
    await expect.poll(async () => (await api.client.generations.get(id)).progress).toBeGreaterThan(0);
    expect(await accessibilityProblems(widget.page)).toEqual([]);

    await widget.part('cancel').click();
    await widget.reaches(['ready'], 5000);
    await expect.poll(() => api.credits()).toEqual(before);
    expect((await api.client.generations.get(id)).status).toBe('canceled');
    expect((await api.entriesOf(id)).map(({ kind }) => kind)).toEqual(['hold', 'release']);
  });

  test('what is no photo is refused in words, before anything is spent', async () => {
    const widget = await openDemo();
    const before = await api.credits();
    await widget.give(
      { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a photo') },
      'picked',
    );
    await widget.part('error').first().waitFor({ state: 'visible' });
    expect((await widget.part('error').first().innerText()).length).toBeGreaterThan(10);
    expect(await accessibilityProblems(widget.page)).toEqual([]);
    expect(await api.credits()).toEqual(before);
    // And the next photo is none the worse for it.
    await widget.give(photo, 'picked');
    await widget.reaches(['ready']);
  });
});

describe('afterwards', () => {
  async function finished(): Promise<{ widget: Widget; id: string }> {
    const widget = await openDemo();
    await widget.give(photo, 'picked');
    await widget.reaches(['ready']);
    await wish(widget, quick);
    await widget.part('create').click();
    await widget.reaches(['done']);
    return { widget, id: await newest() };
  }

  test('another one is made from the same photo, and both are found again', async () => {
    const { widget } = await finished();
    await widget.part('again').first().click();
    await widget.reaches(['ready']);
    await widget.move('orbit_left');
    await widget.part('create').click();
    await widget.reaches(['working']);
    await widget.reaches(['done']);
    await widget.page.reload();
    await widget.reaches(['empty', 'ready', 'done']);
    await expect.poll(() => widget.part('history-item').count()).toBe(2);
    expect(await accessibilityProblems(widget.page)).toEqual([]);
  });

  test('somebody else sees nothing of it', async () => {
    await finished();
    const stranger = await openDemo();
    expect(await stranger.state()).toBe('empty');
    expect(await stranger.part('history-item').count()).toBe(0);
  });

  test('a deleted video is gone, with its file', async () => {
    const { widget, id } = await finished();
    const url = await widget.videoUrl();
    expect((await fetch(url)).status).toBe(200);
    await widget.part('delete').first().click();
    await widget.part('delete-yes').click();
    await expect.poll(async () => (await fetch(url)).ok).toBe(false);
    expect((await api.generations()).map((one) => one.id)).not.toContain(id);
    await widget.reaches(['empty', 'ready']);
  });
});

test('the keyboard is enough', async () => {
  const widget = await openDemo();
  const { page } = widget;
  await (await openedByKeyboard(page)).setFiles(photo);
  await widget.reaches(['ready']);
  await wish(widget, quick);
  await widget.part('create').focus();
  await page.keyboard.press('Enter');
  expect(await widget.reaches(['done'])).toBe('done');
});

/** Tabs from the top and presses Enter on what it meets in the widget, as somebody without a mouse would. */
async function openedByKeyboard(page: Page): Promise<FileChooser> {
  const opened: FileChooser[] = [];
  page.on('filechooser', (chooser) => opened.push(chooser));
  for (let presses = 0; presses < 40 && opened.length === 0; presses++) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(() => {
      const active = document.querySelector('imgvid-generator')?.shadowRoot?.activeElement;
      return active?.matches('button, label, input[type="file"], [role="button"]') ?? false;
    });
    if (inside) await page.keyboard.press('Enter');
    await page.waitForTimeout(100);
  }
  const [chooser] = opened;
  if (!chooser) throw new Error('The keyboard did not lead to a choice of files.');
  return chooser;
}
