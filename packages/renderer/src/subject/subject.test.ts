import { describe, expect, test } from 'vitest';
import { draw, scene } from '../../test/photos.ts';
import { LAYER_CONFIDENCE, lookAt, separate, type Separated } from './index.ts';

const size = { width: 900, height: 700 };

/** Numbers around 0, the same every time. */
const grain = (x: number, y: number): number =>
  ((Math.imul(x * 7919 + y * 104729, 2654435761) >>> 20) / 4096 - 0.5) * 5;

/** How much of a pixel a thing with a hole in it takes: a disc with a soft edge, 190 across inside. */
const share = (x: number, y: number): number => {
  const away = Math.hypot(x - 450, y - 360);
  return Math.min(1, Math.max(0, (230 - away) / 2.5)) * Math.min(1, Math.max(0, (away - 95) / 2.5));
};

type Rgb = [number, number, number];

/** A ring on a backdrop that gets darker to its corners. */
const onBackdrop = (backdrop: Rgb, ring: (x: number, y: number) => Rgb) =>
  draw(size.width, size.height, (x, y) => {
    const light = 1 - 0.12 * (((x - 450) / 450) ** 2 + ((y - 350) / 350) ** 2);
    const alpha = share(x, y);
    const colour = ring(x, y);
    return backdrop.map(
      (value, k) =>
        (1 - alpha) * value * light + alpha * (colour[k] ?? 0) + grain(Math.floor(x), Math.floor(y)),
    ) as Rgb;
  });

const striped = (x: number, y: number): Rgb => (Math.floor((x + y) / 24) % 2 ? [30, 90, 140] : [190, 60, 50]);

const pixels = async (picture: ReturnType<typeof draw>): Promise<Uint8Array> =>
  new Uint8Array(await picture.raw().toBuffer());

/** The subject of a picture that has one, its alpha laid out over the whole picture. */
async function cutOut(rgb: Uint8Array): Promise<Separated & { matte: Uint8Array }> {
  const { segment } = await lookAt(rgb, size);
  if (!segment) throw new Error('nothing to cut out');
  const separated = separate(new Uint8Array(rgb), size, segment);
  const { alpha, region } = separated;
  const matte = new Uint8Array(size.width * size.height);
  for (let y = 0; y < region.height; y++)
    matte.set(
      alpha.subarray(y * region.width, (y + 1) * region.width),
      (region.top + y) * size.width + region.left,
    );
  return { ...separated, matte };
}

describe('a thing on a plain background', () => {
  test.each([
    ['white', [244, 244, 242]],
    ['yellow', [232, 190, 60]],
    ['dark', [46, 50, 58]],
  ] as [string, Rgb][])('on %s is cut out to a fraction of a pixel, its hole too', async (_, backdrop) => {
    const rgb = await pixels(onBackdrop(backdrop, striped));
    const analysis = await lookAt(rgb, size);
    const { matte } = await cutOut(rgb);
    expect(analysis.kind).toBe('product_plain');
    expect(analysis.confidence).toBeGreaterThanOrEqual(LAYER_CONFIDENCE);
    let [both, either, off] = [0, 0, 0];
    for (let y = 0, i = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++, i++) {
        const [got, want] = [(matte[i] ?? 0) / 255, share(x + 0.5, y + 0.5)];
        both += Math.min(got, want);
        either += Math.max(got, want);
        off = Math.max(off, want === 0 && Math.abs(Math.hypot(x - 450, y - 360) - 230) > 8 ? got : 0);
      }
    expect(both / either).toBeGreaterThan(0.97);
    expect(analysis.focus.x).toBeCloseTo(0.5, 1);
    expect(analysis.box?.width).toBeCloseTo(460 / 900, 1);
  });

  test('its soft shadow stays with the ground it lies on', async () => {
    const rgb = await pixels(
      draw(size.width, size.height, (x, y) => {
        const shade = 1 - 0.5 * Math.exp(-(((x - 470) / 220) ** 2) - ((y - 590) / 40) ** 2);
        const alpha = share(x, y);
        return [0, 1, 2].map((k) => (1 - alpha) * 240 * shade + alpha * (striped(x, y)[k] ?? 0)) as Rgb;
      }),
    );
    const { matte } = await cutOut(rgb);
    expect(matte[640 * size.width + 470]).toBe(0);
    expect(matte[200 * size.width + 450]).toBe(255);
  });

  test('what is filled in behind it cannot be told from the background', async () => {
    const backdrop: Rgb = [236, 232, 224];
    const rgb = await pixels(onBackdrop(backdrop, striped));
    const { behind: filled } = await cutOut(rgb);
    let worst = 0;
    for (let y = 0, i = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++, i += 3) {
        // Further in, nobody ever looks behind it.
        const away = Math.hypot(x - 450, y - 360);
        if (away > 125 && away < 200) continue;
        const light = 1 - 0.12 * (((x - 450) / 450) ** 2 + ((y - 350) / 350) ** 2);
        for (const k of [0, 1, 2])
          worst = Math.max(worst, Math.abs((filled[i + k] ?? 0) - (backdrop[k] ?? 0) * light));
      }
    // The grain is 2.5 either way.
    expect(worst).toBeLessThan(10);
  });

  test('its edge has none of the old background in it', async () => {
    const rgb = await pixels(onBackdrop([250, 250, 250], () => [20, 40, 120]));
    const { front, region } = await cutOut(rgb);
    for (const [x, y] of [
      [450 + 231, 360],
      [450, 360 + 231],
      [450 - 229, 360],
    ] as const) {
      const i = 3 * ((y - region.top) * region.width + x - region.left);
      expect(Math.abs((front[i] ?? 255) - 20)).toBeLessThan(14);
    }
  });
});

test('a cord as thin as two pixels goes with what it hangs on', async () => {
  const cord = (x: number, y: number) =>
    Math.max(0, 1 - Math.max(0, Math.abs(x - 450) - 1)) * (y < 140 && y > 40 ? 1 : 0);
  const rgb = await pixels(
    draw(size.width, size.height, (x, y) => {
      const [alpha, line] = [share(x, y), cord(x, y)];
      return [200, 180, 150].map(
        (value, k) => (1 - alpha) * ((1 - line) * value + line * 40) + alpha * (striped(x, y)[k] ?? 0),
      ) as Rgb;
    }),
  );
  const { matte, behind } = await cutOut(rgb);
  for (const y of [60, 90, 120]) {
    expect(matte[y * size.width + 450]).toBeGreaterThan(150);
    expect(Math.abs((behind[3 * (y * size.width + 450)] ?? 0) - 200)).toBeLessThan(12);
  }
});

describe('no layers', () => {
  test('where what was taken for background has edges in it', async () => {
    const marks = (x: number, y: number) =>
      y < 110 && Math.floor(x) % 45 < 4 && Math.floor(y) % 40 > 12 ? 0.8 : 1;
    const rgb = await pixels(onBackdrop([232, 190, 60], striped));
    const clean = await lookAt(rgb, size);
    for (let y = 20, i = 0; y < 110; y++)
      for (let x = 20; x < size.width - 20; x++)
        for (let k = 0; k < 3; k++) {
          i = 3 * (y * size.width + x) + k;
          rgb[i] = (rgb[i] ?? 0) * marks(x, y);
        }
    expect(clean.confidence).toBeGreaterThanOrEqual(LAYER_CONFIDENCE);
    expect((await lookAt(rgb, size)).confidence).toBeLessThan(LAYER_CONFIDENCE);
  });

  test('where everything has texture', async () => {
    const rgb = new Uint8Array(await (await scene(900, 700)).raw().toBuffer());
    const { segment, confidence } = await lookAt(rgb, size);
    expect(segment).toBeNull();
    expect(confidence).toBeLessThan(LAYER_CONFIDENCE);
  });

  test('where there is nothing, or a thing like its background', async () => {
    const empty = await lookAt(await pixels(draw(size.width, size.height, () => [240, 240, 240])), size);
    expect(empty.confidence).toBeLessThan(LAYER_CONFIDENCE);
    const faint = await lookAt(await pixels(onBackdrop([240, 240, 240], () => [232, 232, 232])), size);
    expect(faint.confidence).toBeLessThan(LAYER_CONFIDENCE);
  });

  test('where two things stand far apart', async () => {
    const rgb = await pixels(
      draw(size.width, size.height, (x, y) =>
        Math.hypot(x - 250, y - 350) < 110 || Math.hypot(x - 650, y - 350) < 110
          ? [20, 80, 30]
          : [240, 240, 240],
      ),
    );
    expect((await lookAt(rgb, size)).confidence).toBeLessThan(LAYER_CONFIDENCE);
  });

  test.each([
    [1, 1],
    [1, 900],
    [3000, 2],
    [17, 17],
  ])('at %i x %i pixels, without a fault', async (width, height) => {
    const analysis = await lookAt(new Uint8Array(width * height * 3).fill(128), { width, height });
    expect(analysis.confidence).toBeLessThan(LAYER_CONFIDENCE);
  });
});
