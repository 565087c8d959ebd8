import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markClip } from '@imgvid/renderer';
import { FetchError } from '../platform/fetch/index.ts';
import type { JobContext } from '../platform/queue/index.ts';
import type { ProviderResult } from '../providers/index.ts';
import type { AttemptRow } from './attempts-store.ts';
import { readClip } from './clip-child.ts';
import { folderOf } from './ending.ts';
import type { GenerationRow } from './store.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** The result cannot be used, and another look at it would show the same. The message is for the log. */
export class UnusableResult extends Error {
  override readonly name = 'UnusableResult';
}

const downloadMs = 5 * 60_000;
/** Passing troubles of the other side are waited out this often. */
const maxTries = 6;
const passing: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'bad_answer']);

async function download(parts: WorkflowParts, url: string, path: string, { signal, attempt }: JobContext) {
  const { fetcher, resultMaxBytes: maxBytes } = parts.outside;
  try {
    await fetcher.toFile(url, path, { maxBytes, timeoutMs: downloadMs, accept: 'video/mp4', signal });
  } catch (error) {
    if (error instanceof FetchError && (!passing.has(error.code) || attempt >= maxTries))
      throw new UnusableResult(error.message, { cause: error });
    throw error;
  }
}

/** Models keep to the length asked for, give or take a few frames. */
const isOfLength = (asked: number, found: number): boolean =>
  Math.abs(found - asked) <= Math.max(1, asked * 0.2);

/**
 * Fetches what a provider made, makes sure that it is the video that was asked for, marks it as made by AI and
 * stores it. Done again it writes the same files.
 */
export async function deliver(
  parts: WorkflowParts,
  row: GenerationRow,
  attempt: AttemptRow,
  context: JobContext,
): Promise<ProviderResult> {
  const [url] = attempt.delivered ?? [];
  if (url === undefined) throw new UnusableResult('there is no address of the result');
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-result-'));
  try {
    const [video, poster] = [join(folder, 'video.mp4'), join(folder, 'poster.jpg')];
    await download(parts, url, video, context);
    const answer = await readClip(video, poster);
    if ('refused' in answer) throw new UnusableResult(answer.refused);
    const { width, height, durationS, fps } = answer.facts;
    if (!isOfLength(row.params.duration_s, durationS))
      throw new UnusableResult(`the video is ${durationS} s long instead of ${row.params.duration_s}`);
    const byteSize = await markClip(video, 'trainedAlgorithmicMedia');
    const base = `${folderOf(row.tenantId, row.id)}/${attempt.id}`;
    const [videoKey, posterKey] = [`${base}/video.mp4`, `${base}/poster.jpg`];
    await parts.storage.putFile(videoKey, video, 'video/mp4');
    await parts.storage.putFile(posterKey, poster, 'image/jpeg');
    return { videoKey, posterKey, contentType: 'video/mp4', width, height, durationS, fps, byteSize };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
