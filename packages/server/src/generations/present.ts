import type { Generation, GenerationErrorCode, GenerationOutput, QueuePosition } from '@imgvid/api';
import { problem } from '../platform/http/problem.ts';
import { encodeId } from '../platform/ids.ts';
import type { BlobStore } from '../platform/storage/index.ts';
import type { GenerationRow } from './store.ts';

const urlSeconds = 3600;

export interface PresentParts {
  storage: BlobStore;
  now: () => Date;
}

async function presentOutput(
  { storage, now }: PresentParts,
  row: GenerationRow,
): Promise<GenerationOutput | null> {
  const { output, videoKey, posterKey, deletesAt } = row;
  if (row.status !== 'succeeded' || !output || videoKey === null || posterKey === null) return null;
  // A URL never outlives the promise to delete what it leads to.
  const untilDeletion = deletesAt ? (deletesAt.getTime() - now().getTime()) / 1000 : urlSeconds;
  const expiresInS = Math.floor(Math.min(urlSeconds, untilDeletion));
  if (expiresInS <= 0) return null;
  const [videoUrl, posterUrl, downloadUrl] = await Promise.all([
    storage.presignGet(videoKey, { expiresInS }),
    storage.presignGet(posterKey, { expiresInS }),
    storage.presignGet(videoKey, {
      expiresInS,
      downloadName: `imgvid-${encodeId('gen', row.id).slice(-8)}.mp4`,
    }),
  ]);
  return {
    video_url: videoUrl,
    poster_url: posterUrl,
    download_url: downloadUrl,
    content_type: output.contentType,
    width: output.width,
    height: output.height,
    duration_s: output.durationS,
    fps: output.fps,
    byte_size: output.byteSize,
    expires_at: new Date(now().getTime() + expiresInS * 1000).toISOString(),
  };
}

/** What the row says without files: also the answer that an idempotency key replays. */
export function presentPlain(row: GenerationRow, queue: QueuePosition | null): Generation {
  const { status, price } = row;
  const ended = row.completedAt !== null;
  return {
    id: encodeId('gen', row.id),
    status,
    progress: status === 'succeeded' ? 1 : Math.round(row.progress * 1000) / 1000,
    model: row.model,
    params: row.params,
    credits: { held: ended ? 0 : price, charged: status === 'succeeded' ? price : 0 },
    queue,
    output: null,
    error:
      row.errorCode === null
        ? null
        : {
            code: row.errorCode as GenerationErrorCode,
            message: row.errorMessage ?? 'No video could be made.',
          },
    upload_id: encodeId('upl', row.uploadId),
    product_ref: row.productRef,
    metadata: row.metadata,
    created_at: row.createdAt.toISOString(),
    completed_at: row.completedAt?.toISOString() ?? null,
    deletes_at: row.deletesAt?.toISOString() ?? null,
  };
}

/** The generation as the API shows it, with fresh signed URLs. Throws `gone` for a deleted one. */
export async function present(
  parts: PresentParts,
  row: GenerationRow,
  queue: QueuePosition | null = null,
): Promise<Generation> {
  if (row.deletedAt) throw problem('gone', 'This video has been deleted.');
  return { ...presentPlain(row, queue), output: await presentOutput(parts, row) };
}
