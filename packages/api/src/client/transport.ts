import { ApiError, NetworkError, readProblem } from './errors.ts';

export interface ClientOptions {
  /** Where the API is, without a trailing slash: `https://imgvid.example`. */
  baseUrl: string;
  /**
   * Bearer token, or a function that gives one. It is called with `refresh: true` after the API refused the
   * last token, once a request.
   */
  token?: string | ((options: { refresh: boolean }) => string | Promise<string>);
  /** `omit` unless the caller is a page of the API's own server, whose session is a cookie. */
  credentials?: NonNullable<RequestInit['credentials']>;
  /** Sent with every request. */
  headers?: () => Record<string, string>;
  fetch?: typeof fetch;
  /** Waits between tries; replaced in tests. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface RequestOptions {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** May be sent again after a failure: reads, and writes that carry an idempotency key. */
  repeatable?: boolean;
}

export interface Transport {
  json<T>(path: string, options?: RequestOptions): Promise<T>;
  /** The raw answer, already known to be 2xx. */
  send(path: string, options?: RequestOptions): Promise<Response>;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const tries = 4;

const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });

/** 0.3 s, 0.6 s, 1.2 s, each with up to as much again, so that many clients do not come back as one. */
export const backoffMs = (attempt: number): number => 300 * 2 ** attempt * (1 + Math.random());

const worthRepeating = (error: unknown): boolean =>
  error instanceof NetworkError ||
  (error instanceof ApiError && (error.status >= 500 || error.code === 'rate_limited'));

export function createTransport(options: ClientOptions): Transport {
  const sleep = options.sleep ?? wait;
  const base = options.baseUrl.replace(/\/+$/, '');

  async function once(path: string, request: RequestOptions, refresh: boolean): Promise<Response> {
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...options.headers?.(),
      ...request.headers,
    };
    const token = typeof options.token === 'function' ? await options.token({ refresh }) : options.token;
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const init: RequestInit = {
      method: request.method ?? 'GET',
      headers,
      credentials: options.credentials ?? 'omit',
    };
    if (request.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(request.body);
    }
    if (request.signal) init.signal = request.signal;
    let response: Response;
    try {
      response = await (options.fetch ?? fetch)(base + path, init);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      throw new NetworkError('ImgVid could not be reached', { cause: error });
    }
    if (response.ok) return response;
    throw await readProblem(response);
  }

  async function send(path: string, request: RequestOptions = {}): Promise<Response> {
    const repeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
    let refreshed = false;
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(path, request, refreshed && attempt > 0);
      } catch (error) {
        const expired = error instanceof ApiError && error.status === 401;
        if (expired && !refreshed && typeof options.token === 'function') {
          refreshed = true;
          continue;
        }
        if (!repeatable || attempt + 1 >= tries || !worthRepeating(error)) throw error;
        const asked = error instanceof ApiError ? (error.retryAfterS ?? 0) * 1000 : 0;
        // A long wait is for the caller to decide on, not for a hidden pause.
        if (asked > 10_000) throw error;
        await sleep(Math.max(asked, backoffMs(attempt)), request.signal);
      }
    }
  }

  return {
    sleep,
    send,
    async json<T>(path: string, request?: RequestOptions): Promise<T> {
      const response = await send(path, request);
      return (response.status === 204 ? undefined : await response.json()) as T;
    },
  };
}
