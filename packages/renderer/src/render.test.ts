import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { box, boxes, brightCentre, colourAt, openClip } from '../test/clip.ts';
import { quarters, spot } from '../test/photos.ts';
import { RenderError, renderVideo } from './index.ts';
import type { RenderRequest } from './index.ts';
import type { CameraMove } from './moves/index.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-renderer-'));
  await spot(1200, 900, 600, 450, 60).png().toFile(at('spot.png'));
  await quarters(600, 400).jpeg({ quality: 95 }).toFile(at('quarters.jpg'));
});
afterAll(() => rm(folder, { recursive: true }));

const request = (more: Partial<RenderRequest>): RenderRequest => ({
  photo: at('spot.png'),
  output: at('out.mp4'),
  move: 'push_in',
  durationS: 3,
  fps: 24,
  resolution: '480p',
  aspectRatio: '16:9',
  ...more,
});

const failure = async (more: Partial<RenderRequest>): Promise<RenderError> => {
  const error: unknown = await renderVideo(request({ output: at('never.mp4'), ...more })).catch((e) => e);
  expect(error).toBeInstanceOf(RenderError);
  expect((await readdir(folder)).filter((name) => name.startsWith('never'))).toEqual([]);
  return error as RenderError;
};

describe('the file', () => {
  test('is H.264 High, 4:2:0, BT.709 limited range, index first, exact in length', async () => {
    const result = await renderVideo(request({ output: at('exact.mp4'), durationS: 3.5, fps: 30 }));
    const clip = await openClip(at('exact.mp4'), []);
    expect(result).toMatchObject({ width: 854, height: 480, fps: 30, frameCount: 105, durationS: 3.5 });
    expect(result.byteSize).toBe(clip.bytes.length);
    expect(clip.sequence).toMatchObject({
      profile: 100,
      chromaFormat: 1,
      bitDepth: 8,
      width: 854,
      height: 480,
      colour: { fullRange: false, primaries: 1, transfer: 1, matrix: 1 },
    });
    expect(result.codec).toBe(`avc1.6400${clip.sequence.level.toString(16)}`);
    expect(boxes(clip.bytes).map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mdat', 'uuid']);
    expect(box(clip.bytes, 'moov/trak/edts')).toBeUndefined();
    const colr = box(clip.bytes, 'moov/trak/mdia/minf/stbl/stsd/avc1/colr');
    expect(colr?.toString('hex')).toBe(`${Buffer.from('nclx').toString('hex')}00010001000100`);
    expect(clip.durationS).toBeCloseTo(3.5, 9);
    expect(clip.packets).toHaveLength(105);
    for (const [i, packet] of clip.packets.entries()) {
      expect(packet.timestamp).toBeCloseTo(i / 30, 9);
      expect(packet.duration).toBeCloseTo(1 / 30, 9);
    }
    expect(clip.packets[0]?.key).toBe(true);
  });

  test('says how it was made', async () => {
    await renderVideo(request({ output: at('made.mp4') }));
    const last = boxes((await openClip(at('made.mp4'), [])).bytes).at(-1);
    expect(last?.body.toString('hex', 0, 16)).toBe('be7acfcb97a942e89c71999491e3afac');
    expect(last?.body.toString()).toContain('/digitalsourcetype/algorithmicallyEnhanced"');
  });

  test('has the poster asked for: the first frame', async () => {
    await renderVideo(request({ photo: at('quarters.jpg'), output: at('p.mp4'), poster: at('p.jpg') }));
    const { data, info } = await sharp(at('p.jpg')).raw().toBuffer({ resolveWithObject: true });
    expect([info.format, info.width, info.height]).toEqual(['raw', 854, 480]);
    const pixel = (x: number, y: number) => [...data.subarray(3 * (y * 854 + x), 3 * (y * 854 + x) + 3)];
    const wanted = [
      [pixel(100, 60), [200, 0, 0]],
      [pixel(700, 60), [0, 200, 0]],
      [pixel(100, 400), [0, 0, 220]],
      [pixel(700, 400), [220, 220, 0]],
    ];
    for (const [got = [], want = []] of wanted)
      for (const [i, value] of want.entries()) expect(Math.abs((got[i] ?? 0) - value)).toBeLessThan(8);
  });
});

describe('colours', () => {
  /** Y, Cb, Cr of BT.709 limited range for 8-bit RGB. */
  const ycc = ([r = 0, g = 0, b = 0]: ArrayLike<number> & Iterable<number>) => {
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const chroma = (value: number, reach: number) => 128 + (224 / 255) * ((value - grey) / reach);
    return [16 + (219 / 255) * grey, chroma(b, 1.8556), chroma(r, 1.5748)];
  };

  // Every one that mirrors is told apart by condition.test; a turned and a mirrored one go all the way.
  test.each([1, 6, 7])('are BT.709 and in place with EXIF orientation %i', async (orientation) => {
    await quarters(600, 400)
      .withMetadata({ orientation })
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toFile(at('turned.jpg'));
    const upright = await sharp(at('turned.jpg')).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = upright.info;
    const turned = request({ photo: at('turned.jpg'), output: at('turned.mp4'), move: 'static' });
    await renderVideo({ ...turned, aspectRatio: 'source' });
    const clip = await openClip(at('turned.mp4'), [0]);
    expect(clip.width > clip.height).toBe(width > height);
    for (const x of [0.1, 0.9])
      for (const y of [0.1, 0.9]) {
        const p = 3 * (Math.floor(y * height) * width + Math.floor(x * width));
        const want = ycc(upright.data.subarray(p, p + 3));
        const seen = colourAt(clip.frames[0] ?? new Uint8Array(), clip.width, clip.height, x, y);
        for (const [i, value] of want.entries()) expect(Math.abs((seen[i] ?? 0) - value)).toBeLessThan(4);
      }
  });
});

describe('motion', () => {
  const travel = async (move: CameraMove) => {
    await renderVideo(request({ output: at(`${move}.mp4`), move, photo: at('spot.png') }));
    const { frames } = await openClip(at(`${move}.mp4`), [0, 71]);
    const [first, last] = frames.map((frame) => brightCentre(frame, 854, 480));
    return { dx: (last?.[0] ?? 0) - (first?.[0] ?? 0), dy: (last?.[1] ?? 0) - (first?.[1] ?? 0) };
  };

  test('the camera goes where the name says', async () => {
    expect((await travel('pan_right')).dx).toBeLessThan(-100);
    expect((await travel('pan_left')).dx).toBeGreaterThan(100);
    expect((await travel('tilt_up')).dy).toBeGreaterThan(60);
    expect((await travel('tilt_down')).dy).toBeLessThan(-60);
    const still = await travel('static');
    expect(Math.hypot(still.dx, still.dy)).toBeLessThan(0.5);
  });
});

describe('a loop', () => {
  /** Peak signal-to-noise ratio of luma, in dB. */
  const psnr = (a: Uint8Array = new Uint8Array(), b: Uint8Array = new Uint8Array()) => {
    let sum = 0;
    const pixels = 854 * 480;
    for (let i = 0; i < pixels; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
    return 10 * Math.log10((255 * 255 * pixels) / sum);
  };

  test.each<{ move: RenderRequest['move'] }>([
    { move: 'push_in' },
    { move: 'drift_right' },
    { move: 'handheld' },
    { move: ['push_in', 'pan_right'] },
  ])('$move: the last frame is as near to the first as any frame to the next', async ({ move }) => {
    await renderVideo(request({ output: at('loop.mp4'), move, loop: true }));
    const { frames } = await openClip(at('loop.mp4'), [0, 1, 17, 18, 36, 71]);
    const [first, second, quarter, next, half, last] = frames;
    // The slowest steps are coded as copies, so the seam is held against the quicker of two.
    const step = Math.min(psnr(first, second), psnr(quarter, next));
    expect(psnr(last, first)).toBeGreaterThan(step - 1.5);
    expect(psnr(last, first)).toBeGreaterThan(36);
    // It did move in between.
    expect(psnr(half, first)).toBeLessThan(psnr(last, first) - 3);
  });
});

describe('while it runs', () => {
  test('progress rises from 0 to 1 and tells the truth', async () => {
    const seen: number[] = [];
    await renderVideo(request({ output: at('progress.mp4'), onProgress: (p) => seen.push(p) }));
    expect(seen[0]).toBeLessThan(0.1);
    expect(seen.at(-1)).toBe(1);
    expect(seen.length).toBeGreaterThan(30);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('a cancel ends it at once and leaves nothing', async () => {
    const controller = new AbortController();
    let asked = 0;
    const error = await failure({
      poster: at('never.jpg'),
      durationS: 10,
      fps: 60,
      resolution: '1080p',
      signal: controller.signal,
      onProgress: (p) => {
        if (p < 0.02 || asked) return;
        asked = performance.now();
        controller.abort();
      },
    });
    expect(error.code).toBe('aborted');
    expect(performance.now() - asked).toBeLessThan(1000);
  });

  test('a cancel before the start renders nothing', async () => {
    expect((await failure({ signal: AbortSignal.abort() })).code).toBe('aborted');
  });
});

describe('refuses', () => {
  test.each<[Partial<RenderRequest>, RegExp]>([
    [{ durationS: 2 }, /durationS/],
    [{ durationS: Number.NaN }, /durationS/],
    [{ fps: 25 as 24 }, /fps must be one of 24, 30, 60/],
    [{ move: 'sideways' as 'static' }, /move must be one of/],
    [{ move: [] as const }, /up to three different ones/],
    [{ move: ['float', 'float'] as const }, /up to three different ones/],
    [{ easing: 'bouncy' as 'smooth' }, /easing must be one of/],
    [{ strength: 2 }, /strength/],
    [{ focus: { x: -1, y: 0 } }, /focus/],
    [{ photo: '/nowhere/photo.jpg' }, /does not exist/],
  ])('%o', async (more, message) => {
    const error = await failure(more);
    expect(error.code).toBe('invalid_request');
    expect(error.message).toMatch(message);
  });

  test('what is not a picture', async () => {
    await writeFile(at('text.jpg'), 'not a picture at all');
    expect((await failure({ photo: at('text.jpg') })).code).toBe('unsupported_image');
    await writeFile(at('vector.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    expect((await failure({ photo: at('vector.svg') })).code).toBe('unsupported_image');
  });

  test('a photo that was cut off', async () => {
    const whole = await quarters(600, 400).jpeg().toBuffer();
    await writeFile(at('cut.jpg'), whole.subarray(0, whole.length / 2));
    expect((await failure({ photo: at('cut.jpg') })).code).toBe('corrupt_image');
  });
});
