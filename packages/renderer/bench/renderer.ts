/**
 * The renderer beside encoding alone and beside ffmpeg's zoompan, in one run: `node bench/renderer.ts [runs]`.
 * Every row is a ratio of medians; the runs of what is compared take turns.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brightCentre } from '../test/clip.ts';
import { draw, scene, spot } from '../test/photos.ts';
import { renderEnvironment } from '../src/environment.ts';
import { cameraPath } from '../src/moves/index.ts';
import type { CameraMove, Resolution, Size } from '../src/moves/index.ts';
import { planesFromRgb } from '../src/sampling/planes.ts';
import { Sampler } from '../src/sampling/sampler.ts';
import type { Job, Measurement } from './support/child.ts';
import { encodeRaw, ffmpegVersion, renderByZoompan, zoompanFrames } from './support/ffmpeg.ts';

const runs = Number(process.argv[2] ?? 5);
const folder = await mkdtemp(join(tmpdir(), 'imgvid-bench-'));
const at = (name: string) => join(folder, name);
const ffmpeg = ffmpegVersion();
const say = (line: string) => process.stdout.write(`${line}\n`);

const median = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

function measure(job: Job): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('support/child.ts', import.meta.url), {
      env: { ...renderEnvironment, ...process.env },
    });
    child.once('message', (message) => resolve(message as Measurement));
    child.once('exit', (code) => reject(new Error(`the measuring process ended with ${code}`)));
    child.send(job);
  });
}

const sizes: Record<Resolution, Size> = {
  '480p': { width: 854, height: 480 },
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
};

const job = (what: Job['what'], move: CameraMove, resolution: Resolution, photo = 'photo.png'): Job => ({
  what,
  request: {
    photo: at(photo),
    output: at(`${what}.mp4`),
    move,
    durationS: 5,
    fps: 30,
    resolution,
    aspectRatio: '16:9',
  },
});

/** I420 frames of the whole clip in one file, for ffmpeg to encode. */
async function writeRaw(move: CameraMove, frame: Size): Promise<string> {
  const photo = { width: 2268, height: 1512 };
  const rgb = await (await scene(photo.width, photo.height)).raw().toBuffer();
  const sampler = new Sampler(planesFromRgb(rgb, photo), frame);
  const path = cameraPath({ move, strength: 0.5 }, photo, frame);
  await writeFile(
    at('raw.yuv'),
    Array.from({ length: 150 }, (_, i) => sampler.draw(path(i / 149)).slice()),
  );
  return at('raw.yuv');
}

/** What is compared, each a function that gives milliseconds. */
async function contestants(move: CameraMove, resolution: Resolution, photo: string) {
  const frame = sizes[resolution];
  const memory: number[] = [];
  const depths = new Set<string>();
  const list: [string, () => Promise<number>][] = [
    [
      'this renderer, photo to file',
      async () => {
        const { ms, peakMb, depth } = await measure(job('render', move, resolution, photo));
        memory.push(peakMb);
        depths.add(depth);
        return ms;
      },
    ],
    ['encode only, same encoder', async () => (await measure(job('encode', move, resolution, photo))).ms],
  ];
  if (ffmpeg && photo === 'photo.png') {
    const raw = await writeRaw(move, frame);
    list.push(['encode only, ffmpeg x264 veryfast', () => encodeRaw(raw, frame, at('ffmpeg.mp4'))]);
  }
  if (ffmpeg && move === 'push_in' && photo === 'photo.png') {
    list.push(['zoompan', () => renderByZoompan(at('photo.png'), frame, false, at('zoompan.mp4'))]);
    list.push(['zoompan at 8000 px', () => renderByZoompan(at('photo.png'), frame, true, at('zoompan.mp4'))]);
  }
  return { list, memory, depths };
}

async function speed(move: CameraMove, resolution: Resolution, photo: string): Promise<void> {
  const { list, memory, depths } = await contestants(move, resolution, photo);
  const times = list.map((): number[] => []);
  for (let run = 0; run < runs; run++) for (const [i, [, go]] of list.entries()) times[i]?.push(await go());
  const ours = median(times[0] ?? []);
  say(
    `\n${move} ${resolution}, ${[...depths].join()}, 5 s at 30 fps, median of ${runs}: ${Math.round(ours)} ms, peak ${Math.round(Math.max(...memory))} MB`,
  );
  for (const [i, [name]] of list.entries()) {
    if (i === 0) continue;
    const theirs = median(times[i] ?? []);
    say(`  ${(ours / theirs).toFixed(2)} x  ${name} (${Math.round(theirs)} ms)`);
  }
}

/** Deviation of each step from frame to frame against the ideal path: root mean square and worst, in pixels. */
function steps(off: (readonly [number, number])[]): string {
  const lengths = off.slice(1).map(([x, y], i) => Math.hypot(x - (off[i]?.[0] ?? 0), y - (off[i]?.[1] ?? 0)));
  const rms = Math.hypot(...lengths) / Math.sqrt(lengths.length);
  return `${rms.toFixed(4)} px rms, worst ${Math.max(...lengths).toFixed(4)}`;
}

async function jitter(): Promise<void> {
  const frame = sizes['720p'];
  const photo = { width: 2268, height: 1276 };
  const [px, py] = [1290.3, 560.6];
  const picture = spot(photo.width, photo.height, px, py, 40);
  await picture.clone().png().toFile(at('spot.png'));
  // Conditioned as a render would, so that the same numbers of taps apply.
  const small = { width: 1600, height: 900 };
  const rgb = await picture.resize(small.width, small.height, { fit: 'fill' }).raw().toBuffer();
  const sampler = new Sampler(planesFromRgb(rgb, small), frame);
  say('\njitter at 720p against the ideal path, before encoding');
  for (const move of ['push_in', 'pan_right', 'orbit_right'] as const) {
    const path = cameraPath({ move, strength: 0.5 }, small, frame);
    const off = Array.from({ length: 150 }, (_, i) => {
      const m = path(i / 149);
      const [x, y] = brightCentre(sampler.draw(m), frame.width, frame.height);
      const [u, v] = project(m, (px * small.width) / photo.width, (py * small.height) / photo.height);
      return [x - u, y - v] as const;
    });
    say(`  ${steps(off)}  ${move}`);
  }
  if (!ffmpeg) return;
  for (const enlarge of [false, true]) {
    const frames = await zoompanFrames(at('spot.png'), frame, enlarge);
    const off = frames.map((bytes, i) => {
      const k = ((1 + (0.25 * i) / 149) * frame.width) / photo.width;
      const [x, y] = brightCentre(bytes, frame.width, frame.height);
      const ideal = [
        frame.width / 2 + (px - photo.width / 2) * k,
        frame.height / 2 + (py - photo.height / 2) * k,
      ];
      return [x - (ideal[0] ?? 0), y - (ideal[1] ?? 0)] as const;
    });
    say(`  ${steps(off)}  zoompan${enlarge ? ' at 8000 px' : ''}, push in`);
  }
}

/** Where a point of the photo stands in the frame. */
function project(m: Float64Array, x: number, y: number): [number, number] {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  const [p, q, r, s, t, u] = [a - g * x, b - h * x, i * x - c, d - g * y, e - h * y, i * y - f];
  return [(r * t - q * u) / (p * t - q * s), (p * u - r * s) / (p * t - q * s)];
}

/** A striped ball before a plain wall: a photo that becomes layers. */
const product = (width: number, height: number) =>
  draw(width, height, (x, y) => {
    const away = Math.hypot(x - width / 2, y - height / 2) / height;
    if (away > 0.3) return [226 - 20 * away, 222 - 20 * away, 214 - 20 * away];
    const light = 1 - 1.2 * away;
    return Math.floor((x + 2 * y) / 60) % 2 ? [190 * light, 60, 50] : [40, 90 * light, 150];
  });

async function largePhoto(): Promise<void> {
  const { width, height } = { width: 11_600, height: 8_600 };
  const tile = await (
    await scene(580, 430)
  )
    .resize(width, height, { kernel: 'cubic' })
    .jpeg({ quality: 80 })
    .toBuffer();
  await writeFile(at('large.jpg'), tile);
  const { peakMb, ms } = await measure(job('render', 'push_in', '1080p', 'large.jpg'));
  say(`\n1080p from a photo of 100 megapixels: peak ${Math.round(peakMb)} MB, ${Math.round(ms)} ms`);
}

try {
  say(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
  say(ffmpeg ? `ffmpeg ${ffmpeg}` : 'No ffmpeg with libx264 on this machine: its rows are missing.');
  await (await scene(2268, 1512)).png().toFile(at('photo.png'));
  await product(2268, 1512).png().toFile(at('product.png'));
  for (const resolution of ['480p', '720p', '1080p'] as const)
    for (const [move, photo] of [
      ['push_in', 'photo.png'],
      ['orbit_right', 'photo.png'],
      ['push_in', 'product.png'],
    ] as const)
      await speed(move, resolution, photo);
  await jitter();
  await largePhoto();
} finally {
  await rm(folder, { recursive: true });
}
