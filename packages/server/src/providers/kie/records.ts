import { z } from 'zod';
import { faultMessage, isRefusal, refusalMessage } from '../errors.ts';
import type { ProviderState } from '../port.ts';

/*
 * Kie's three kinds of record. Sources, read 2026-11-28: docs.kie.ai/market/common/get-task-detail,
 * docs.kie.ai/old-model/veo3-api/get-veo-3-video-details, docs.kie.ai/runway-api/get-ai-video-details.
 */

const text = z.string().nullish();
const code = z.union([z.string(), z.number()]).nullish();

const marketRecord = z.object({
  state: z.enum(['waiting', 'queuing', 'generating', 'success', 'fail']),
  /** JSON in a string. */
  resultJson: text,
  failCode: code,
  failMsg: text,
  /** 0 to 100; a few models tell it. */
  progress: z.number().nullish(),
});
const marketResult = z.object({ resultUrls: z.array(z.string()) });

const veoRecord = z.object({
  /** 0 at work, 1 done, 2 and 3 failed. */
  successFlag: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  response: z.object({ resultUrls: z.array(z.string()).nullish() }).nullish(),
  errorCode: code,
  errorMessage: text,
});

const runwayRecord = z.object({
  state: z.enum(['wait', 'queueing', 'generating', 'success', 'fail']),
  videoInfo: z.object({ videoUrl: text }).nullish(),
  failCode: code,
  failMsg: text,
  /** 1: the file is gone. */
  expireFlag: z.number().nullish(),
});

function failed(why: string): ProviderState {
  return isRefusal(why)
    ? { status: 'failed', code: 'content_refused', message: refusalMessage, cause: 'refusal' }
    : { status: 'failed', code: 'provider_failed', message: faultMessage, cause: 'fault' };
}

const delivered = (urls: string[]): ProviderState =>
  urls.length > 0 ? { status: 'delivered', urls } : failed('success without a file');

function readResult(json: string | null | undefined): string[] {
  try {
    const parsed = marketResult.safeParse(JSON.parse(json ?? ''));
    return parsed.success ? parsed.data.resultUrls : [];
  } catch {
    return [];
  }
}

function market(data: unknown): ProviderState {
  const record = marketRecord.parse(data);
  if (record.state === 'success') return delivered(readResult(record.resultJson));
  if (record.state === 'fail') return failed(`${record.failCode ?? ''} ${record.failMsg ?? ''}`);
  if (record.state === 'generating')
    return { status: 'running', progress: Math.min(1, (record.progress ?? 0) / 100) };
  return { status: 'queued' };
}

function veo(data: unknown): ProviderState {
  const record = veoRecord.parse(data);
  if (record.successFlag === 0) return { status: 'running', progress: 0 };
  if (record.successFlag === 1) return delivered(record.response?.resultUrls ?? []);
  return failed(`${record.errorCode ?? ''} ${record.errorMessage ?? ''}`);
}

function runway(data: unknown): ProviderState {
  const record = runwayRecord.parse(data);
  if (record.state === 'success') {
    const url = record.videoInfo?.videoUrl;
    return delivered(url && record.expireFlag !== 1 ? [url] : []);
  }
  if (record.state === 'fail') return failed(`${record.failCode ?? ''} ${record.failMsg ?? ''}`);
  return record.state === 'generating' ? { status: 'running', progress: 0 } : { status: 'queued' };
}

export const readRecord = { market, veo, runway };
