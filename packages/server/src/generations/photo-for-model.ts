import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputSize } from '@imgvid/renderer/moves';
import sharp from 'sharp';
import type { BlobStore } from '../platform/storage/index.ts';
import type { OutsideProvider, ProviderJob } from '../providers/index.ts';

/** More pixels than any model's video has, and small enough for every model's limit in bytes. */
const longestSide = 2048;
const photoMaxBytes = 256 * 1024 * 1024;
const urlSeconds = 2 * 3600;

/** Width and height of the part of the photo that has the shape asked for, within what the model takes. */
function shapeOf(
  { photo, params }: ProviderJob,
  minRatio: number,
  maxRatio: number,
): { width: number; height: number } {
  const wanted = outputSize(photo, params.resolution, params.aspect_ratio);
  const ratio = Math.min(maxRatio, Math.max(minRatio, wanted.width / wanted.height));
  const scale = Math.min(photo.width, photo.height * ratio, longestSide, longestSide * ratio);
  return { width: Math.max(2, Math.round(scale)), height: Math.max(2, Math.round(scale / ratio)) };
}

const photoKeyOf = (job: ProviderJob): string => `${job.resultFolder}/${job.attemptId}/photo.jpg`;

/**
 * The photo as an outside model gets it: a JPEG of the shape that was asked for, since models make their video in the
 * shape of the photo. It lies beside the results and goes with them.
 */
export async function photoForModel(
  storage: BlobStore,
  job: ProviderJob,
  provider: OutsideProvider,
  isReachable: boolean,
): Promise<{ url: string | null; bytes: Buffer }> {
  const { maxBytes, minRatio, maxRatio } = provider.photoRules(job.model);
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-model-photo-'));
  try {
    const original = join(folder, 'photo');
    await storage.toFile(job.photo.key, original, { maxBytes: photoMaxBytes });
    const picture = sharp(await readFile(original))
      .resize({ ...shapeOf(job, minRatio, maxRatio), fit: 'cover', position: 'attention' })
      .flatten({ background: '#ffffff' });
    let bytes = await picture.clone().jpeg({ quality: 92 }).toBuffer();
    if (bytes.length > maxBytes) bytes = await picture.clone().jpeg({ quality: 75 }).toBuffer();
    const key = photoKeyOf(job);
    await storage.putBytes(key, bytes, 'image/jpeg');
    const url = isReachable ? await storage.presignGet(key, { expiresInS: urlSeconds }) : null;
    return { url, bytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
