import { z } from 'zod';
import { isRefusal, ProviderError, retryAfter } from '../errors.ts';

export interface KieAccount {
  key: string;
  /** https://api.kie.ai */
  url: string;
  /** https://kieai.redpandaai.co, where files are taken. */
  uploadUrl: string;
}

export interface Answer {
  code: number;
  msg: string;
  data: unknown;
}

const answerSchema = z.object({
  code: z.coerce.number().int(),
  // The documentation writes both.
  msg: z.string().nullish(),
  message: z.string().nullish(),
  data: z.unknown(),
});

const timeoutMs = 30_000;
const maxAnswerBytes = 1_000_000;

async function send(url: string, init: RequestInit, asks: boolean): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    // A question may be asked again; of anything else nobody knows whether it arrived.
    throw new ProviderError(asks ? 'down' : 'unclear', 'Kie did not answer', { cause: error });
  }
}

/** Reads the envelope `{ code, msg, data }`, which also stands in answers with another HTTP status. */
async function readAnswer(response: Response, asks: boolean): Promise<Answer> {
  const wait = retryAfter(response.headers.get('retry-after'));
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw new ProviderError(asks ? 'down' : 'unclear', 'Kie broke off its answer', { cause: error });
  }
  const parsed = text.length <= maxAnswerBytes ? answerSchema.safeParse(tryJson(text)) : null;
  const code = parsed?.success ? parsed.data.code : response.status;
  const msg =
    (parsed?.success ? (parsed.data.msg ?? parsed.data.message) : null) ?? `HTTP ${response.status}`;
  if (parsed?.success && code === 200) return { code, msg, data: parsed.data.data };
  throw refusedCall(code === 200 ? 500 : code, msg, asks, wait);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Codes of docs.kie.ai (each model's page, read 2026-11-28): 401 key, 402 no credits, 404, 408 nothing from the maker
 * for ten minutes, 422 invalid, 429 too many, 433 limit of a sub-key, 451 cannot fetch the image, 455 maintenance,
 * 500, 501 failed, 505 switched off.
 */
function refusedCall(code: number, msg: string, asks: boolean, wait: number | undefined): ProviderError {
  const say = `Kie says ${code}: ${msg}`;
  if (code === 401 || code === 402 || code === 403 || code === 433) return new ProviderError('account', say);
  if (code === 429) return new ProviderError('busy', say, wait === undefined ? {} : { retryAfterS: wait });
  if (code === 455 || code === 505 || code === 501) return new ProviderError('down', say);
  if (code === 408 || code >= 500) return new ProviderError(asks ? 'down' : 'unclear', say);
  return new ProviderError(isRefusal(msg) ? 'refused' : 'invalid', say);
}

export interface KieClient {
  get(path: string): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  /** Gives Kie a file for a while; returns its address. */
  upload(name: string, bytes: Buffer): Promise<string>;
}

const uploadSchema = z.object({ data: z.object({ downloadUrl: z.url() }) });

export function kieClient({ key, url, uploadUrl }: KieAccount): KieClient {
  const authorization = `Bearer ${key}`;
  return {
    async get(path) {
      return readAnswer(await send(url + path, { headers: { authorization } }, true), true);
    },
    async post(path, body) {
      const headers = { authorization, 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return readAnswer(await send(url + path, init, false), false);
    },
    // docs.kie.ai/file-upload-api/upload-file-stream, read 2026-11-28: files go by themselves after three days.
    async upload(name, bytes) {
      const form = new FormData();
      form.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), name);
      form.set('uploadPath', 'imgvid');
      form.set('fileName', name);
      const init = { method: 'POST', headers: { authorization }, body: form };
      const response = await send(`${uploadUrl}/api/file-stream-upload`, init, true);
      const parsed = uploadSchema.safeParse(response.ok ? tryJson(await response.text()) : null);
      if (!parsed.success)
        throw new ProviderError('down', `Kie did not take the photo: HTTP ${response.status}`);
      return parsed.data.data.downloadUrl;
    },
  };
}
