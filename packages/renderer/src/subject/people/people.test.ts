import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { draw } from '../../../test/photos.ts';
import { lookAt, separatePeople } from '../index.ts';
import { fill } from './fill.ts';

const photo = (name: string): Sharp =>
  sharp(join(import.meta.dirname, '../../../test/photos', `${name}.jpg`));
const astronaut = (): Sharp => photo('astronaut');

async function look(picture: Sharp) {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const rgb = new Uint8Array(data);
  const size = { width: info.width, height: info.height };
  return { rgb, size, ...(await lookAt(rgb, size, { people: true })) };
}

/** The astronaut taken out of her photo, and what then lies behind. */
async function cutOut(picture = astronaut()) {
  const { rgb, size, people } = await look(picture);
  if (!people) throw new Error('nobody');
  const { region, alpha, front, behind } = separatePeople(new Uint8Array(rgb), size, people);
  const rgba = new Uint8Array(4 * size.width * size.height);
  for (let y = 0, i = 0; y < region.height; y++)
    for (let x = 0; x < region.width; x++, i++) {
      const at = 4 * ((region.top + y) * size.width + region.left + x);
      rgba.set([front[3 * i] ?? 0, front[3 * i + 1] ?? 0, front[3 * i + 2] ?? 0, alpha[i] ?? 0], at);
    }
  const alphaAt = (x: number, y: number): number => rgba[4 * (y * size.width + x) + 3] ?? 0;
  return { rgba, size, rgb, behind, alphaAt };
}

describe('a portrait', () => {
  test('is told from what lies behind it: face, hair, suit; flag, wall, shuttle', async () => {
    const { alphaAt } = await cutOut();
    for (const [x, y] of [
      [224, 120],
      [180, 60],
      [270, 70],
      [150, 400],
      [440, 420],
    ] as const)
      expect(alphaAt(x, y), `${x}, ${y}`).toBe(255);
    for (const [x, y] of [
      [40, 120],
      [110, 60],
      [340, 60],
      [420, 120],
      [400, 250],
    ] as const)
      expect(alphaAt(x, y), `${x}, ${y}`).toBe(0);
  });

  test('has a soft rim without the wall in it', async () => {
    const { rgba, size, rgb } = await cutOut();
    let [soft, pale] = [0, 0];
    // About the hair, which is darker than the wall: where the photo is half wall, the cut-out is hair.
    for (let y = 5; y < 130; y++)
      for (let x = 130; x < 310; x++) {
        const i = y * size.width + x;
        const alpha = rgba[4 * i + 3] ?? 0;
        if (alpha < 60 || alpha > 200) continue;
        soft++;
        if ((rgba[4 * i] ?? 0) > (rgb[3 * i] ?? 0) + 8) pale++;
      }
    expect(soft).toBeGreaterThan(100);
    expect(pale / soft).toBeLessThan(0.1);
  });

  test('leaves nothing of itself behind', async () => {
    const { behind, size } = await cutOut();
    const orange = (x: number, y: number): boolean => {
      const i = 3 * (y * size.width + x);
      return (behind[i] ?? 0) > 180 && (behind[i + 2] ?? 0) < 90;
    };
    let left = 0;
    for (let y = 300; y < 500; y++) for (let x = 60; x < 300; x++) if (orange(x, y)) left++;
    expect(left).toBe(0);
  });

  test.each([
    ['mirrored', (picture: Sharp) => picture.flop()],
    ['in grey', (picture: Sharp) => picture.modulate({ saturation: 0 })],
    ['dark', (picture: Sharp) => picture.linear(0.45, 0)],
    ['upright', (picture: Sharp) => picture.extract({ left: 100, top: 0, width: 300, height: 512 })],
    ['four times as large', (picture: Sharp) => picture.resize(2048)],
  ])('is found %s', async (_, change) => {
    expect((await look(change(astronaut()))).people).not.toBeNull();
  });
});

describe('nobody is cut out', () => {
  test('where it is not certain who is who: before a suit of the same colour', async () => {
    const { rgba, size } = await cutOut();
    const person = await sharp(rgba, { raw: { ...size, channels: 4 } })
      .resize({ height: 620 })
      .png()
      .toBuffer();
    const before = (background: string) =>
      sharp(join(import.meta.dirname, '../../../test/photos', background))
        .resize(1080, 720, { fit: 'cover' })
        .composite([{ input: person, left: 60, top: 100 }])
        .toBuffer();
    const unsure = await look(sharp(await before('red-dish.jpg')));
    expect(unsure.faces).toHaveLength(1);
    expect(unsure.people).toBeNull();
    expect((await look(sharp(await before('meadow-mountains.jpg')))).people).not.toBeNull();
  });

  test.each(['dogs-window', 'cat', 'tulips', 'dahlia', 'stool', 'coffee'])('in %s', async (name) => {
    expect((await look(photo(name))).people).toBeNull();
  });

  test('where nobody asked', async () => {
    const { data, info } = await astronaut().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { kind, people } = await lookAt(new Uint8Array(data), info);
    expect(kind).toBe('person');
    expect(people).toBeNull();
  });
});

test('what is filled in goes on level: a horizon behind a head stays one', async () => {
  const size = { width: 200, height: 160 };
  const rgb = new Uint8Array(
    await draw(size.width, size.height, (_, y) => (y < 80 ? [200, 210, 220] : [60, 80, 40]))
      .raw()
      .toBuffer(),
  );
  const around = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      if (Math.hypot(x - 100, y - 112) < 45) around[y * size.width + x] = 1;
  const region = { left: 0, top: 0, ...size };
  fill({ rgb, size, region }, around, size, () => 120);
  // Just within the rim, where a move uncovers it, and where the way straight out would lead up into the sky.
  for (const x of [78, 80, 120, 122])
    for (const y of [84, 87, 90])
      expect(Math.abs((rgb[3 * (y * size.width + x)] ?? 0) - 60), `${x}, ${y}`).toBeLessThan(12);
});
