import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AudioDecoder, EncodedAudioChunk, VideoDecoder, EncodedVideoChunk } from '@napi-rs/webcodecs';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { colourAt, openClip } from '../../test/clip.ts';
import { draw, quarters, scene } from '../../test/photos.ts';
import { RenderError, renderVideo } from '../index.ts';
import type { RenderRequest } from '../index.ts';

let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgvid-outputs-'));
  await quarters(900, 600).jpeg({ quality: 95 }).toFile(at('quarters.jpg'));
  await (await scene(1200, 800)).png().toFile(at('scene.png'));
  await renderVideo(
    request({ output: at('plain.mp4'), poster: posters(), preview: at('plain.webp'), move: 'static' }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const request = (more: Partial<RenderRequest>): RenderRequest => ({
  photo: at('quarters.jpg'),
  output: at('out.mp4'),
  move: 'push_in',
  durationS: 3,
  fps: 24,
  resolution: '480p',
  aspectRatio: '16:9',
  ...more,
});

const posters = () => ['jpg', 'webp', 'avif'].map((kind) => at(`poster.${kind}`));

const SOURCE = 'digitalsourcetype/algorithmicallyEnhanced';

/** Red, green, blue, yellow in the four corners of an RGB picture, as `quarters` has them. */
async function expectQuarters(path: string, options = {}): Promise<void> {
  const { data, info } = await sharp(path, options).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const corners = [
    [0.1, 0.1, [200, 0, 0]],
    [0.9, 0.1, [0, 200, 0]],
    [0.1, 0.9, [0, 0, 220]],
    [0.9, 0.9, [220, 220, 0]],
  ] as const;
  for (const [fx, fy, want] of corners) {
    const p = 3 * (Math.floor(fy * info.height) * info.width + Math.floor(fx * info.width));
    for (const [i, value] of want.entries()) expect(Math.abs((data[p + i] ?? 0) - value)).toBeLessThan(14);
  }
}

describe('pictures from the frames', () => {
  test('posters by their names: JPEG, WebP, AVIF, each marked as made by software', async () => {
    const poster = posters();
    for (const [i, format] of ['jpeg', 'webp', 'heif'].entries()) {
      const meta = await sharp(poster[i]).metadata();
      expect(meta).toMatchObject({ format, width: 854, height: 480 });
      expect(meta.xmp?.toString()).toContain(SOURCE);
      await expectQuarters(poster[i] ?? '');
    }
  });

  test('three thumbnails, of different moments', async () => {
    const thumbnails = [1, 2, 3].map((n) => at(`thumb-${n}.jpg`));
    await renderVideo(request({ photo: at('scene.png'), thumbnails, move: 'pan_right' }));
    const means = await Promise.all(
      thumbnails.map(async (path) => {
        const picture = sharp(path);
        expect(await picture.metadata()).toMatchObject({ width: 480, height: 270, format: 'jpeg' });
        return picture.removeAlpha().raw().toBuffer();
      }),
    );
    const [a, b, c] = means;
    expect(a?.equals(b ?? a)).toBe(false);
    expect(b?.equals(c ?? b)).toBe(false);
  });

  test('a storyboard whose cues cover the clip and lie within the sheet', async () => {
    const storyboard = { image: at('my sheet.jpg'), vtt: at('sheet.vtt') };
    await renderVideo(request({ storyboard, durationS: 3.25, move: 'static' }));
    const { width, height } = await sharp(storyboard.image).metadata();
    const text = await readFile(storyboard.vtt, 'utf8');
    expect(text.startsWith('WEBVTT\n\n')).toBe(true);
    const cue = /^(\S+) --> (\S+)\nmy%20sheet\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)$/gm;
    const cues = [...text.matchAll(cue)];
    expect(cues).toHaveLength(7);
    expect(cues[0]?.[1]).toBe('00:00:00.000');
    expect(cues.at(-1)?.[2]).toBe('00:00:03.250');
    for (const [i, found] of cues.entries()) {
      expect(found[1]).toBe(i === 0 ? '00:00:00.000' : cues[i - 1]?.[2]);
      const [x = 0, y = 0, w = 0, h = 0] = found.slice(3).map(Number);
      expect(x + w).toBeLessThanOrEqual(width);
      expect(y + h).toBeLessThanOrEqual(height);
      const tile = at(`tile-${i}.png`);
      await sharp(storyboard.image).extract({ left: x, top: y, width: w, height: h }).toFile(tile);
      await expectQuarters(tile);
    }
  });

  test('a moving preview: small, endless, three seconds at most, and it moves', async () => {
    await renderVideo(
      request({ photo: at('scene.png'), preview: at('p.webp'), durationS: 5, move: 'pan_right' }),
    );
    const meta = await sharp(at('p.webp'), { animated: true }).metadata();
    expect(meta).toMatchObject({ width: 320, pageHeight: 180, pages: 36, loop: 0 });
    expect((meta.delay ?? []).reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3000);
    expect(meta.xmp?.toString()).toContain(SOURCE);
    expect((await stat(at('p.webp'))).size).toBeLessThan(1_000_000);
    const pages = await Promise.all(
      [0, 35].map((page) => sharp(at('p.webp'), { page }).removeAlpha().raw().toBuffer()),
    );
    expect(pages[0]?.equals(pages[1] ?? Buffer.alloc(0))).toBe(false);
  });

  test('the preview has the colours of the photo', async () => {
    await expectQuarters(at('plain.webp'));
  });
});

describe('a WebM beside the MP4', () => {
  test('VP9 with the same frames, marked, and decodable', async () => {
    await renderVideo(request({ webm: at('out.webm') }));
    const input = new Input({ source: new FilePathSource(at('out.webm')), formats: ALL_FORMATS });
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('no video track');
    const config = await track.getDecoderConfig();
    expect(config).toMatchObject({ codec: 'vp09.00.30.08', codedWidth: 854, codedHeight: 480 });
    expect(config?.colorSpace).toMatchObject({ matrix: 'bt709', fullRange: false });
    expect(await track.computeDuration()).toBeCloseTo(3, 2);
    expect((await input.getMetadataTags()).raw?.['DIGITAL_SOURCE_TYPE']).toContain(SOURCE);
    const frames: Uint8Array[] = [];
    const decoder = new VideoDecoder({
      output: (frame) => {
        const bytes = new Uint8Array(frame.allocationSize({ format: 'I420' }));
        frames.push(bytes);
        void frame.copyTo(bytes, { format: 'I420' }).then(() => frame.close());
      },
      error: (error) => {
        throw error;
      },
    });
    decoder.configure({ codec: 'vp09.00.30.08', codedWidth: 854, codedHeight: 480 });
    for await (const { data, type, timestamp } of new EncodedPacketSink(track).packets())
      decoder.decode(new EncodedVideoChunk({ type, timestamp: Math.round(timestamp * 1e6), data }));
    await decoder.flush();
    expect(frames).toHaveLength(72);
    const { frames: mp4 } = await openClip(at('out.mp4'), [0, 71]);
    for (const [i, index] of [0, 71].entries())
      for (const x of [0.1, 0.9])
        for (const y of [0.1, 0.9]) {
          const [a, b] = [frames[index], mp4[i]].map((f) => colourAt(f ?? new Uint8Array(), 854, 480, x, y));
          for (const k of [0, 1, 2]) expect(Math.abs((a?.[k] ?? 0) - (b?.[k] ?? 255))).toBeLessThan(4);
        }
  });
});

describe('a silent track', () => {
  test('is AAC-LC that decodes to nothing but zeros, as long as the picture', async () => {
    await renderVideo(request({ output: at('silent.mp4'), silentAudio: true }));
    const input = new Input({ source: new FilePathSource(at('silent.mp4')), formats: ALL_FORMATS });
    const track = await input.getPrimaryAudioTrack();
    const config = await track?.getDecoderConfig();
    if (!track || !config) throw new Error('no audio track');
    expect(config).toMatchObject({ codec: 'mp4a.40.2', sampleRate: 48_000, numberOfChannels: 2 });
    const length = await track.computeDuration();
    expect(length).toBeGreaterThan(2.97);
    expect(length).toBeLessThanOrEqual(3);
    let [samples, loudest] = [0, 0];
    const decoder = new AudioDecoder({
      output: (data) => {
        const plane = new Float32Array(data.numberOfFrames);
        data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
        samples += plane.length;
        for (const value of plane) loudest = Math.max(loudest, Math.abs(value));
        data.close();
      },
      error: (error) => {
        throw error;
      },
    });
    decoder.configure(config);
    for await (const { data, timestamp } of new EncodedPacketSink(track).packets())
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: Math.round(timestamp * 1e6), data }));
    await decoder.flush();
    expect(samples).toBeGreaterThan(2.9 * 48_000);
    expect(loudest).toBe(0);
    expect((await openClip(at('silent.mp4'), [])).durationS).toBeCloseTo(3, 6);
  });

  test('is not there unless asked for', async () => {
    const input = new Input({ source: new FilePathSource(at('plain.mp4')), formats: ALL_FORMATS });
    expect(await input.getPrimaryAudioTrack()).toBeNull();
  });
});

describe('maxBytes', () => {
  test('is kept, and little of it is left unused', async () => {
    const free = await renderVideo(request({ photo: at('scene.png'), output: at('free.mp4') }));
    const maxBytes = Math.round(free.byteSize / 3);
    const seen: number[] = [];
    const onProgress = (fraction: number) => seen.push(fraction);
    const bounded = await renderVideo(
      request({
        photo: at('scene.png'),
        output: at('small.mp4'),
        webm: at('small.webm'),
        maxBytes,
        onProgress,
      }),
    );
    expect(bounded.byteSize).toBe((await stat(at('small.mp4'))).size);
    expect(bounded.byteSize).toBeLessThanOrEqual(maxBytes);
    expect(bounded.byteSize).toBeGreaterThan(0.5 * maxBytes);
    expect((await stat(at('small.webm'))).size).toBeLessThanOrEqual(maxBytes);
    expect((await openClip(at('small.mp4'), [])).packets).toHaveLength(72);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('that nothing could keep is refused, and leaves nothing', async () => {
    const error: unknown = await renderVideo(
      request({ output: at('never.mp4'), poster: at('never.jpg'), maxBytes: 3000 }),
    ).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringMatching(/3000 bytes/) });
    expect((await readdir(folder)).filter((name) => name.startsWith('never'))).toEqual([]);
  });
});

test('transparent parts stand on the background asked for', async () => {
  await draw(400, 300, () => [255, 0, 0])
    .ensureAlpha(0)
    .png()
    .toFile(at('glass.png'));
  await renderVideo(request({ photo: at('glass.png'), poster: at('glass.jpg'), background: '#00C040' }));
  const [r = 0, g = 0, b = 0] = await sharp(at('glass.jpg')).raw().toBuffer();
  expect(Math.max(Math.abs(r), Math.abs(g - 0xc0), Math.abs(b - 0x40))).toBeLessThan(6);
});

test('a cancel leaves none of many files', async () => {
  const controller = new AbortController();
  const names = ['gone.mp4', 'gone.webm', 'gone.jpg', 'gone.webp'];
  const [output = '', webm = '', poster = '', preview = ''] = names.map(at);
  const error: unknown = await renderVideo(
    request({
      ...{ output, webm, poster, preview },
      durationS: 10,
      signal: controller.signal,
      onProgress: (p) => p > 0.3 && controller.abort(),
    }),
  ).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(RenderError);
  expect((await readdir(folder)).filter((name) => name.startsWith('gone'))).toEqual([]);
});

test.each([
  [{ poster: 'poster.gif' }, /\.jpg, \.webp or \.avif/],
  [{ preview: 'p.gif' }, /preview/],
  [{ thumbnails: ['a.jpg'] }, /thumbnails must be three/],
  [{ webm: 'same.jpg', poster: 'same.jpg' }, /No two files/],
  [{ background: 'white' }, /background/],
  [{ maxBytes: -1 }, /maxBytes/],
])('refuses %o', async (more, message) => {
  await expect(renderVideo(request(more))).rejects.toThrow(message);
});
