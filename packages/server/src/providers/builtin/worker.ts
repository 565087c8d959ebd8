import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import type { JobContext, Queue } from '../../platform/queue/index.ts';
import type { BlobStore } from '../../platform/storage/index.ts';
import type { ProviderJob, ProviderResult } from '../port.ts';
import { templateOf } from '../template.ts';
import type { RenderJobs } from './jobs.ts';
import { cancelChannel } from './provider.ts';
import { renderInChild, RenderChildError } from './render-child.ts';

export interface RenderWorkerParts {
  database: Database;
  queue: Queue;
  storage: BlobStore;
  jobs: RenderJobs;
  log: Log;
  /** Renders at the same time in this process's care. */
  concurrency: number;
}

const jobData = z.object({ tenantId: z.uuid(), attemptId: z.uuid() });
/** A photo that kills its worker is given up; a worker that is merely restarted now and then is not. */
const maxStarts = 5;
const renderTimeoutMs = 10 * 60_000;
const reportEveryMs = 200;
const maxPhotoBytes = 256 * 1024 * 1024;

const wanted = new Error('nobody wants this video any more');

/** The same for every start of an attempt, so that a second one overwrites what a killed one left. */
const keysOf = ({ resultFolder, attemptId }: ProviderJob): { video: string; poster: string } => ({
  video: `${resultFolder}/${attemptId}/video.mp4`,
  poster: `${resultFolder}/${attemptId}/poster.jpg`,
});

/** Sends the latest progress once a second; aborts the render when nobody wants it any more. */
function reporter(parts: RenderWorkerParts, tenantId: string, attemptId: string, abort: AbortController) {
  let latest = 0;
  const report = (): void => {
    parts.jobs
      .progress(tenantId, attemptId, latest)
      .then((goOn) => {
        if (!goOn) abort.abort(wanted);
      })
      // The database may be away for a moment; the render goes on and the next report tells more.
      .catch((error: unknown) => parts.log.warn({ err: error }, 'progress could not be noted'));
  };
  const timer = setInterval(report, reportEveryMs);
  return {
    set(fraction: number): void {
      latest = fraction;
    },
    stop: (): void => clearInterval(timer),
  };
}

async function render(
  parts: RenderWorkerParts,
  job: ProviderJob,
  signal: AbortSignal,
  onProgress: (f: number) => void,
) {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-render-'));
  try {
    const photo = join(folder, 'photo');
    const output = join(folder, 'video.mp4');
    const poster = join(folder, 'poster.jpg');
    await parts.storage.toFile(job.photo.key, photo, { maxBytes: maxPhotoBytes, signal });
    const { params } = job;
    const made = await renderInChild(
      {
        photo,
        output,
        poster,
        move: params.camera.move,
        strength: params.camera.strength,
        ...(params.camera.focus ? { focus: params.camera.focus } : {}),
        loop: params.loop,
        // Videos that were asked for before there were templates have none.
        ...(params.template ? { template: templateOf(params.template) } : {}),
        ...(params.seed === null ? {} : { seed: params.seed }),
        durationS: params.duration_s,
        fps: params.fps as 24 | 30 | 60,
        resolution: params.resolution,
        aspectRatio: params.aspect_ratio,
      },
      { signal, timeoutMs: renderTimeoutMs, onProgress },
    );
    signal.throwIfAborted();
    const keys = keysOf(job);
    await parts.storage.putFile(keys.video, output, 'video/mp4');
    await parts.storage.putFile(keys.poster, poster, 'image/jpeg');
    const result: ProviderResult = {
      videoKey: keys.video,
      posterKey: keys.poster,
      contentType: 'video/mp4',
      width: made.width,
      height: made.height,
      durationS: made.durationS,
      fps: made.fps,
      byteSize: made.byteSize,
    };
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes render jobs from the queue, one process a video, canceled within a second. */
export async function startRenderWorker(parts: RenderWorkerParts): Promise<() => Promise<void>> {
  const { database, queue, storage, jobs, log } = parts;
  const running = new Map<string, AbortController>();
  const stopListening = await database.listen(
    cancelChannel,
    (attemptId) => running.get(attemptId)?.abort(wanted),
    // What was missed meanwhile is noticed at the next report of progress.
    () => undefined,
  );

  async function handle(data: unknown, { signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const { tenantId, attemptId } = jobData.parse(data);
    const begun = await jobs.begin(tenantId, attemptId);
    if (!begun) return;
    if (begun.starts > maxStarts) {
      await jobs.fail(tenantId, attemptId, 'render_failed', 'The video could not be made from this photo.');
      return;
    }
    const abort = new AbortController();
    const takenAway = (): void => abort.abort(signal.reason);
    signal.addEventListener('abort', takenAway, { once: true });
    running.set(attemptId, abort);
    const progress = reporter(parts, tenantId, attemptId, abort);
    try {
      const result = await render(parts, begun.job, abort.signal, progress.set);
      progress.stop();
      if (!(await jobs.finish(tenantId, attemptId, result))) {
        await storage.delete([result.videoKey, result.posterKey]);
      }
    } catch (error) {
      progress.stop();
      if (abort.signal.aborted && abort.signal.reason === wanted) return;
      if (signal.aborted) {
        await jobs.giveBack(tenantId, attemptId, { counts: false });
        throw error;
      }
      log.warn({ err: error, attemptId }, 'a render failed');
      if (error instanceof RenderChildError && error.photoAtFault) {
        await jobs.fail(tenantId, attemptId, 'photo_unreadable', error.message);
        return;
      }
      if (error instanceof RenderChildError && error.requestAtFault) {
        await jobs.fail(tenantId, attemptId, 'render_failed', error.message);
        return;
      }
      if (begun.starts >= maxStarts) {
        await jobs.fail(tenantId, attemptId, 'render_failed', 'The video could not be made from this photo.');
        return;
      }
      await jobs.giveBack(tenantId, attemptId, { counts: true });
      throw error;
    } finally {
      signal.removeEventListener('abort', takenAway);
      running.delete(attemptId);
    }
  }

  await queue.work(
    'render',
    { concurrency: parts.concurrency, groupConcurrency: Math.max(1, parts.concurrency - 1) },
    handle,
  );
  return stopListening;
}
