import { z } from 'zod';
import { isRefusal, ProviderError, retryAfter } from '../errors.ts';

/*
 * Replicate's own client (npm `replicate` 1.4.0) is not used for calls: it sends whatever failed again, up to five
 * times and at once, a POST that makes a prediction among them. See docs/decisions/0012-video-providers.md.
 */

const timeoutMs = 30_000;
const maxAnswerBytes = 5_000_000;

function classify(status: number, text: string, asks: boolean, wait: number | undefined): ProviderError {
  const say = `Replicate says HTTP ${status}: ${text}`;
  if (status === 401 || status === 402 || status === 403) return new ProviderError('account', say);
  if (status === 429) return new ProviderError('busy', say, wait === undefined ? {} : { retryAfterS: wait });
  if (status >= 500) return new ProviderError(asks ? 'down' : 'unclear', say);
  return new ProviderError(isRefusal(text) ? 'refused' : 'invalid', say);
}

/** replicate.com/docs/reference/http, read 2026-11-28. The record of a finished prediction loses its output after an hour. */
const predictionSchema = z.object({
  id: z.string().min(1).max(200),
  status: z.string(),
  output: z.unknown(),
  error: z.unknown(),
  data_removed: z.boolean().nullish(),
});
export type Prediction = z.infer<typeof predictionSchema>;

export interface NewPrediction {
  /** `models/owner/name/predictions`, or `predictions` with a version in the body. */
  path: string;
  body: object;
  /**
   * The prediction is canceled by itself after this (`Cancel-After`, replicate.com/changelog/2025-10-16-prediction-deadlines):
   * `aborted` and not charged before it has started, `canceled` and charged after that.
   */
  deadlineS: number;
}

export interface ReplicateClient {
  create(prediction: NewPrediction): Promise<Prediction>;
  /** Null: there is none. */
  get(id: string): Promise<Prediction | null>;
  cancel(id: string): Promise<void>;
  /** Gives Replicate a file for a while; returns its address. */
  upload(bytes: Buffer): Promise<string>;
  webhookSecret(): Promise<string>;
  username(): Promise<string>;
}

type CallInit = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

export function replicateClient({ token, url }: { token: string; url: string }): ReplicateClient {
  const authorization = `Bearer ${token}`;

  async function call(path: string, init: CallInit = {}): Promise<{ status: number; text: string }> {
    const asks = init.method === undefined;
    const unanswered = asks ? ('down' as const) : ('unclear' as const);
    try {
      const response = await fetch(`${url}/v1/${path}`, {
        ...init,
        headers: { authorization, 'user-agent': 'imgvid', ...init.headers },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.ok && text.length > maxAnswerBytes) throw new Error('the answer is too long');
      if (response.ok || (asks && response.status === 404)) return { status: response.status, text };
      const wait = retryAfter(response.headers.get('retry-after'));
      throw classify(response.status, text, asks, wait);
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      throw new ProviderError(unanswered, 'Replicate did not answer', { cause: error });
    }
  }

  function read<T>(schema: z.ZodType<T>, text: string, kind: 'down' | 'unclear'): T {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new ProviderError(kind, 'Replicate’s answer is not as documented', { cause: parsed.error });
  }

  return {
    async create({ path, body, deadlineS }) {
      const headers = {
        'content-type': 'application/json',
        // In minutes; five seconds are the least (replicate.com/docs/reference/http).
        'cancel-after': `${Math.max(1, Math.ceil(deadlineS / 60))}m`,
      };
      const { text } = await call(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return read(predictionSchema, text, 'unclear');
    },
    async get(id) {
      const { status, text } = await call(`predictions/${encodeURIComponent(id)}`);
      return status === 404 ? null : read(predictionSchema, text, 'down');
    },
    async cancel(id) {
      await call(`predictions/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
    },
    async upload(bytes) {
      const form = new FormData();
      form.set('content', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'photo.jpg');
      const { text } = await call('files', { method: 'POST', body: form }).catch((error: unknown) => {
        // A file too many harms nobody: nothing of the job has begun.
        if (error instanceof ProviderError && error.kind === 'unclear')
          throw new ProviderError('down', error.message, { cause: error });
        throw error;
      });
      return read(z.object({ urls: z.object({ get: z.url() }) }), text, 'down').urls.get;
    },
    async webhookSecret() {
      const { text } = await call('webhooks/default/secret');
      return read(z.object({ key: z.string().startsWith('whsec_') }), text, 'down').key;
    },
    async username() {
      const { text } = await call('account');
      return read(z.object({ username: z.string() }), text, 'down').username;
    },
  };
}
