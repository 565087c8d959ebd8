import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { openPhotoReader, PhotoError, type PhotoUsage } from '../src/uploads/photo/index.ts';
import { encodeHevc } from '../test/photo/heic.ts';
import { heifFile } from '../test/photo/heif.ts';
import { noisy } from '../test/photo/images.ts';
import { jpegExif, withSegments } from '../test/photo/metadata.ts';

/**
 * What reading a photo takes: time and the highest memory of the reading process, each photo in a process of its
 * own. Beside it the time sharp takes in one go for the same photo and size, where it can read it at all.
 */
const grain = (width: number, height: number): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 25 },
    },
    limitInputPixels: false,
  });
const [wide, high] = [11_547, 8660];

async function heic(columns: number, rows: number): Promise<Buffer> {
  return heifFile([await encodeHevc(noisy(512, 512))], { columns, rows, repeatTile: true });
}

const photos: Record<string, () => Promise<Buffer>> = {
  'JPEG, 12 megapixels': () => grain(4032, 3024).jpeg({ quality: 90 }).toBuffer(),
  'HEIC, 12 megapixels in tiles of 512': () => heic(8, 6),
  'HEIC, 50 megapixels in tiles of 512': () => heic(16, 12),
  'HEIC, 100 megapixels in tiles of 512': () => heic(22, 17),
  'JPEG, 100 megapixels, about 50 MB': () => grain(wide, high).jpeg({ quality: 88 }).toBuffer(),
  'the same, turned by EXIF': async () =>
    withSegments(await grain(wide, high).jpeg({ quality: 88 }).toBuffer(), jpegExif({ orientation: 6 })),
  'the same, progressive': () => grain(wide, high).jpeg({ quality: 88, progressive: true }).toBuffer(),
  'PNG, 100 megapixels with transparency': () =>
    sharp({ create: { width: wide, height: high, channels: 4, background: '#8887' } })
      .png()
      .toBuffer(),
  'the same, interlaced': () =>
    sharp({ create: { width: wide, height: high, channels: 4, background: '#8887' } })
      .png({ progressive: true })
      .toBuffer(),
  'WebP, 100 megapixels': () =>
    sharp({ create: { width: wide, height: high, channels: 3, background: '#888' } })
      .webp({ effort: 0 })
      .toBuffer(),
  'AVIF, 100 megapixels in one picture': () =>
    sharp({ create: { width: wide, height: high, channels: 3, background: '#888' } })
      .avif({ effort: 0 })
      .toBuffer(),
};

async function sharpAlone(path: string): Promise<string> {
  const startedAt = performance.now();
  try {
    await sharp(path, { limitInputPixels: 1e9 })
      .autoOrient()
      .resize(5120, 5120, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
      .toBuffer();
    return `${(performance.now() - startedAt).toFixed(0)} ms`;
  } catch {
    return 'cannot';
  }
}

async function measure(folder: string, name: string, bytes: Buffer): Promise<string> {
  const [input, output] = [join(folder, 'in'), join(folder, 'out')];
  await writeFile(input, bytes);
  let usage: PhotoUsage = { ms: 0, peakRssBytes: 0 };
  const reader = openPhotoReader({
    concurrency: 1,
    timeoutMs: 60_000,
    maxRssBytes: 4e9,
    onUsage: (one) => {
      usage = one;
    },
  });
  const result = await reader.read(input, output).catch((error: unknown) => error);
  await reader.close();
  const came =
    result instanceof PhotoError || result instanceof Error
      ? result.message
      : `${((await stat(output)).size / 1e6).toFixed(1)} MB`;
  const columns = [
    name.padEnd(38),
    `${(bytes.length / 1e6).toFixed(1)} MB`.padStart(9),
    `${usage.ms.toFixed(0)} ms`.padStart(9),
    `${(usage.peakRssBytes / 1e6).toFixed(0)} MB`.padStart(9),
    came.padStart(9),
    (await sharpAlone(input)).padStart(10),
  ];
  return columns.join('');
}

const folder = await mkdtemp(join(tmpdir(), 'imgvid-bench-'));
try {
  process.stdout.write(`${'photo'.padEnd(38)}       in    reading  peak RSS      out  sharp alone\n`);
  for (const [name, make] of Object.entries(photos))
    process.stdout.write(`${await measure(folder, name, await make())}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
