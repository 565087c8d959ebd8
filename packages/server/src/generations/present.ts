import type { Generation, GenerationErrorCode, GenerationOutput, QueuePosition } from '@imgvid/api';
import { problem } from '../platform/http/problem.ts';
import { encodeId } from '../platform/ids.ts';
import type { FileUrlsOf } from './file-urls.ts';
import type { ShownGeneration } from './store.ts';

async function presentOutput(urlsOf: FileUrlsOf, row: ShownGeneration): Promise<GenerationOutput | null> {
  const { output } = row;
  const urls = output && (await urlsOf(row));
  if (!urls) return null;
  return {
    video_url: urls.video,
    poster_url: urls.poster,
    download_url: urls.download,
    content_type: output.contentType,
    width: output.width,
    height: output.height,
    duration_s: output.durationS,
    fps: output.fps,
    byte_size: output.byteSize,
    expires_at: urls.expiresAt,
  };
}

/** What the row says without files: also the answer that an idempotency key replays. */
export function presentPlain(row: ShownGeneration, queue: QueuePosition | null): Generation {
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
    site_id: row.siteId === null ? null : encodeId('site', row.siteId),
    visitor_id: row.visitorId === null ? null : encodeId('vis', row.visitorId),
    product_ref: row.productRef,
    metadata: row.metadata,
    created_at: row.createdAt.toISOString(),
    completed_at: row.completedAt?.toISOString() ?? null,
    deletes_at: row.deletesAt?.toISOString() ?? null,
  };
}

/** The generation as the API shows it, with signed URLs. Throws `gone` for a deleted one. */
export async function present(
  urlsOf: FileUrlsOf,
  row: ShownGeneration,
  queue: QueuePosition | null = null,
): Promise<Generation> {
  if (row.deletedAt) throw problem('gone', 'This video has been deleted.');
  return { ...presentPlain(row, queue), output: await presentOutput(urlsOf, row) };
}
