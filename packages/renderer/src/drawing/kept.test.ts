import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { draw } from '../../test/photos.ts';
import { openPicture, type Picture } from '../framing/index.ts';
import { applied, cameraMoves, inverted } from '../moves/index.ts';
import type { AspectRatio, Size } from '../moves/index.ts';
import { OpenPhoto } from '../photo/condition.ts';
import { readHeader } from '../photo/header.ts';
import type { RenderRequest } from '../request.ts';
import { cameraOf } from './source.ts';
import { planScene } from './plan.ts';

let folder = '';
let product = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-kept-'));
  product = join(folder, 'product.png');
  // A bottle, off the middle.
  await draw(600, 800, (x, y) =>
    Math.abs(x - 380) < 70 && y > 150 && y < 640 ? [30, 90, 60] : [236, 234, 230],
  )
    .png()
    .toFile(product);
});
afterAll(() => rm(folder, { recursive: true }));

const frames: [AspectRatio, Size][] = [
  ['16:9', { width: 640, height: 360 }],
  ['9:16', { width: 360, height: 640 }],
  ['1:1', { width: 480, height: 480 }],
];

const opened = async (path: string) => new OpenPhoto(await readHeader(path), '#ffffff');

/** How far outside of the frame the four sides of what matters get, in its widths or heights. */
async function worst(photo: string, [aspectRatio, frame]: [AspectRatio, Size]): Promise<[string, number][]> {
  const request: RenderRequest = {
    ...{ photo, output: 'never.mp4', move: 'static', durationS: 3, fps: 24, resolution: '480p' },
    aspectRatio,
    strength: 1,
  };
  const picture: Picture = await openPicture(request, await opened(photo), frame);
  const keep = picture.keep;
  if (!keep) throw new Error('nothing to keep');
  const { width, height } = picture.size;
  const points = [
    [keep.x * width, (keep.y + keep.height / 2) * height],
    [(keep.x + keep.width) * width, (keep.y + keep.height / 2) * height],
    [(keep.x + keep.width / 2) * width, keep.y * height],
    [(keep.x + keep.width / 2) * width, (keep.y + keep.height) * height],
  ] as const;
  return cameraMoves.map((move) => {
    const plan = planScene(cameraOf({ ...request, move }, picture), picture.size, frame, 24);
    const [kx, ky] = [plan.scaled.width / width, plan.scaled.height / height];
    let out = 0;
    for (const { behind } of plan.moments)
      for (const [x, y] of points) {
        const back = inverted(behind);
        const [u, v] = applied(back, x * kx - plan.region.left, y * ky - plan.region.top);
        out = Math.max(out, -u / frame.width, u / frame.width - 1, -v / frame.height, v / frame.height - 1);
      }
    return [move, out];
  });
}

test.each(frames)(
  'at %s no move, as strong as it goes, carries a head or a product out',
  async (...frame) => {
    // The weakest tilt still goes a twentieth of the frame, and the box around a head has air in it.
    const face = join(import.meta.dirname, '../../test/photos/astronaut.jpg');
    for (const photo of [face, product])
      for (const [move, out] of await worst(photo, frame)) expect(out, `${photo} ${move}`).toBeLessThan(0.03);
  },
);

test.each(frames)(
  'at %s a photo trimmed to its product has room in the colour of its ground',
  async (...shape) => {
    const trimmed = join(folder, 'trimmed.png');
    await draw(600, 400, (x, y) =>
      Math.abs(x - 300) / 300 + Math.abs(y - 200) / 200 < 1 ? [30, 90, 60] : [236, 234, 230],
    )
      .png()
      .toFile(trimmed);
    for (const [move, out] of await worst(trimmed, shape)) expect(out, move).toBeLessThan(0.03);
    const request: RenderRequest = {
      ...{ photo: trimmed, output: 'never.mp4', move: 'push_in', durationS: 3, fps: 24, resolution: '480p' },
      aspectRatio: shape[0],
    };
    const picture = await openPicture(request, await opened(trimmed), shape[1]);
    const { rgb } = await picture.read({
      scaled: picture.size,
      region: { left: 0, top: 0, ...picture.size },
    });
    expect(picture.framing).toBe('extend');
    expect([...rgb.subarray(0, 3)]).toEqual([236, 234, 230]);
    expect([...rgb.subarray(-3)]).toEqual([236, 234, 230]);
  },
);

test('the framing that was asked for holds, and who says where to look is obeyed', async () => {
  const request: RenderRequest = {
    ...{ photo: product, output: 'never.mp4', move: 'pan_right', durationS: 3, fps: 24, resolution: '480p' },
    ...{ aspectRatio: '3:4', strength: 1, focus: { x: 0.1, y: 0.1 } },
  };
  const picture = await openPicture(request, await opened(product), { width: 360, height: 480 });
  expect(picture.keep).toBeDefined();
  expect(cameraOf(request, picture)).not.toHaveProperty('keep');
});
