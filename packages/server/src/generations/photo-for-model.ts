import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputSize } from '@imgvid/renderer/moves';
import sharp from 'sharp';
import type { BlobStore } from '../platform/storage/index.ts';
import type { JobPhoto, OutsideProvider, PhotoRules, ProviderJob, SentPhoto } from '../providers/index.ts';

/** More pixels than any model's video has, small enough for every limit in bytes, and the most that Wan takes. */
const longestSide = 2000;
const photoMaxBytes = 256 * 1024 * 1024;
const urlSeconds = 2 * 3600;

/** Width divided by height of the video that is asked for, within what the model takes. */
function ratioOf({ photo, params }: ProviderJob, { minRatio, maxRatio }: PhotoRules): number {
  const wanted = outputSize(photo, params.resolution, params.aspect_ratio);
  return Math.min(maxRatio, Math.max(minRatio, wanted.width / wanted.height));
}

/** Width and height of the largest part of the photo that has the shape; a small one is enlarged to what the model takes. */
function partOf(photo: JobPhoto, ratio: number, minSide: number): { width: number; height: number } {
  const there = Math.min(photo.width, photo.height * ratio, longestSide, longestSide * ratio);
  const width = Math.max(there, minSide, minSide * ratio);
  return { width: Math.ceil(width), height: Math.ceil(width / ratio) };
}

/**
 * The photos as an outside model gets them: JPEGs of the shape that was asked for, since models make their video in the
 * shape of the photo. They lie beside the results and go with them.
 */
export async function photosForModel(
  storage: BlobStore,
  job: ProviderJob,
  provider: OutsideProvider,
  isReachable: boolean,
): Promise<{ photo: SentPhoto; endPhoto: SentPhoto | null }> {
  const rules = provider.photoRules(job.model);
  const ratio = ratioOf(job, rules);
  const send = async (photo: JobPhoto, name: string): Promise<SentPhoto> => {
    const bytes = await cut(storage, photo, ratio, rules);
    const key = `${job.resultFolder}/${job.attemptId}/${name}.jpg`;
    await storage.putBytes(key, bytes, 'image/jpeg');
    return { url: isReachable ? await storage.presignGet(key, { expiresInS: urlSeconds }) : null, bytes };
  };
  return {
    photo: await send(job.photo, 'photo'),
    endPhoto: job.endPhoto && (await send(job.endPhoto, 'end-photo')),
  };
}

async function cut(
  storage: BlobStore,
  photo: JobPhoto,
  ratio: number,
  { maxBytes, minSide }: PhotoRules,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-model-photo-'));
  try {
    const original = join(folder, 'photo');
    await storage.toFile(photo.key, original, { maxBytes: photoMaxBytes });
    const picture = sharp(await readFile(original))
      .resize({ ...partOf(photo, ratio, minSide), fit: 'cover', position: 'attention' })
      .flatten({ background: '#ffffff' });
    const bytes = await picture.clone().jpeg({ quality: 92 }).toBuffer();
    return bytes.length > maxBytes ? await picture.jpeg({ quality: 75 }).toBuffer() : bytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
