import type { Clock } from '../platform/clock.ts';
import type { Database, Trx } from '../platform/database/index.ts';
import type { JobPhoto, ProviderJob, ProviderState, RenderJobs } from '../providers/index.ts';
import { findUpload, type UploadRow } from '../uploads/index.ts';
import {
  beat,
  claimAttempt,
  endAttempt,
  findAttempt,
  releaseAttempt,
  type AttemptRow,
} from './attempts-store.ts';
import { endWithoutVideo, folderOf, type EndingParts } from './ending.ts';
import { openStatuses } from './state.ts';
import { advance, lockGeneration, noteProgress, type GenerationRow } from './store.ts';

/** A renderer reports every second; one not heard of for this long is taken to be dead. */
const quietMs = 5000;

/** Null when its file is not there, or not any more. */
const photoOf = ({ status, sourceKey: key, width, height }: UploadRow): JobPhoto | null =>
  status !== 'deleted' && key !== null && width !== null && height !== null ? { key, width, height } : null;

/** What a provider is told of a generation, made again from the rows whenever it is needed. */
export async function jobOf(trx: Trx, row: GenerationRow, attemptId: string): Promise<ProviderJob | null> {
  const upload = await findUpload(trx, row.uploadId);
  const photo = upload && photoOf(upload);
  const end = row.endUploadId === null ? null : await findUpload(trx, row.endUploadId);
  const endPhoto = end && photoOf(end);
  if (!photo || (row.endUploadId !== null && !endPhoto)) return null;
  return {
    attemptId,
    owner: row.tenantId,
    model: row.model,
    params: row.params,
    photo: { ...photo, provenance: upload.provenance },
    endPhoto,
    resultFolder: folderOf(row.tenantId, row.id),
  };
}

function stateOf(attempt: AttemptRow): ProviderState {
  if (attempt.status === 'succeeded' && attempt.result)
    return { status: 'succeeded', result: attempt.result };
  if (attempt.status === 'failed') {
    return {
      status: 'failed',
      code: 'render_failed',
      message: attempt.errorMessage ?? 'The video could not be made.',
      cause: 'fault',
    };
  }
  return attempt.starts > 0 ? { status: 'running', progress: attempt.progress } : { status: 'queued' };
}

interface OpenAttempt {
  attempt: AttemptRow;
  generation: GenerationRow;
}

/** Locks the generation. */
async function findOpen(trx: Trx, attemptId: string): Promise<OpenAttempt | null> {
  const attempt = await findAttempt(trx, attemptId);
  const generation = attempt && (await lockGeneration(trx, attempt.generationId));
  return attempt && generation && openStatuses.includes(generation.status) ? { attempt, generation } : null;
}

/** The built-in renderer's jobs, kept as attempts of generations. The generation is always locked before its attempt. */
export function renderJobs(database: Database, parts: EndingParts): RenderJobs {
  const { clock, queue } = parts;
  const inTenant = <T>(tenantId: string, work: (trx: Trx) => Promise<T>): Promise<T> =>
    database.withTenant({ tenantId }, work);

  return {
    begin: (tenantId, attemptId) =>
      inTenant(tenantId, async (trx) => {
        const open = await findOpen(trx, attemptId);
        if (!open) return null;
        const job = await jobOf(trx, open.generation, attemptId);
        if (!job) return null;
        const starts = await claimAttempt(trx, attemptId, clock.now(), quietBefore(clock));
        if (starts === null) return null;
        await advance(trx, open.generation.id, 'running', { started_at: clock.now() });
        return { job, starts };
      }),

    progress: (tenantId, attemptId, fraction) =>
      inTenant(tenantId, async (trx) => {
        const attempt = await findAttempt(trx, attemptId);
        if (!attempt) return false;
        const isWanted = await noteProgress(trx, attempt.generationId, fraction * renderShare);
        await beat(trx, attemptId, fraction, clock.now());
        return isWanted;
      }),

    finish: (tenantId, attemptId, result) =>
      inTenant(tenantId, async (trx) => {
        const attempt = await findAttempt(trx, attemptId);
        if (!attempt) return false;
        const stored = await advance(trx, attempt.generationId, 'storing', { progress: renderShare });
        if (!stored) return false;
        await endAttempt(trx, attemptId, { status: 'succeeded', result, now: clock.now() });
        await queue.send(trx, 'generation.store', { tenantId, generationId: stored.id });
        return true;
      }),

    fail: (tenantId, attemptId, code, message) =>
      inTenant(tenantId, async (trx) => {
        const attempt = await findAttempt(trx, attemptId);
        if (!attempt) return;
        const end = { status: 'failed' as const, errorCode: code, errorMessage: message, now: clock.now() };
        await endWithoutVideo(trx, parts, attempt.generationId, { status: 'failed', code, message });
        await endAttempt(trx, attemptId, end);
      }),

    giveBack: (tenantId, attemptId, options) =>
      inTenant(tenantId, (trx) => releaseAttempt(trx, attemptId, options)),

    state: (tenantId, attemptId) =>
      inTenant(tenantId, async (trx) => {
        const attempt = await findAttempt(trx, attemptId);
        return attempt
          ? stateOf(attempt)
          : { status: 'failed', code: 'internal_error', message: 'The attempt is gone.', cause: 'fault' };
      }),
  };
}

const quietBefore = (clock: Clock): Date => new Date(clock.now().getTime() - quietMs);

/** Rendering is nearly the whole of the work; what is left is storing. */
const renderShare = 0.97;
