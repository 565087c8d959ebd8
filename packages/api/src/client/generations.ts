import { isTerminal } from '../names.ts';
import type { Generation, GenerationEvent, GenerationList, GenerationRequest, Quote } from '../types.ts';
import { ApiError, NetworkError } from './errors.ts';
import { readEvents } from './event-stream.ts';
import { backoffMs, type Transport } from './transport.ts';

export interface ListOptions {
  limit?: number;
  cursor?: string;
  status?: Generation['status'];
  product_ref?: string;
  visitor_id?: string;
  site_id?: string;
  created_after?: string;
  created_before?: string;
  signal?: AbortSignal;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface CreateOptions extends CallOptions {
  /** The same key gives the same generation, charged once. Made up when not given. */
  idempotencyKey?: string;
}

export interface WatchOptions extends CallOptions {
  /** Start after this event; 0 tells the story from the beginning. */
  after?: number;
}

export interface Generations {
  create(request: GenerationRequest, options?: CreateOptions): Promise<Generation>;
  quote(request: GenerationRequest, options?: CallOptions): Promise<Quote>;
  get(id: string, options?: CallOptions): Promise<Generation>;
  list(options?: ListOptions): Promise<GenerationList>;
  cancel(id: string, options?: CallOptions): Promise<Generation>;
  delete(id: string, options?: CallOptions): Promise<void>;
  /**
   * Everything that happens to a generation until it has ended, by server-sent events; a broken connection is
   * taken up again after the last event. Where streams do not get through (some proxies hold them back), it
   * asks again and again instead. Throws `ApiError` when the generation may not be read, and `NetworkError` when
   * nothing was heard for a quarter of an hour.
   */
  watch(id: string, options?: WatchOptions): AsyncGenerator<GenerationEvent>;
}

const path = (id: string): string => `/v1/generations/${encodeURIComponent(id)}`;

export function generations(transport: Transport): Generations {
  const api: Generations = {
    create: (request, options = {}) =>
      transport.json<Generation>('/v1/generations', {
        method: 'POST',
        body: request,
        headers: { 'idempotency-key': options.idempotencyKey ?? crypto.randomUUID() },
        signal: options.signal,
        repeatable: true,
      }),
    quote: (request, options = {}) =>
      transport.json<Quote>('/v1/generations/quote', {
        method: 'POST',
        body: request,
        signal: options.signal,
        repeatable: true,
      }),
    get: (id, options = {}) => transport.json<Generation>(path(id), { signal: options.signal }),
    list({ signal, ...query } = {}) {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) search.set(name, String(value));
      return transport.json<GenerationList>(`/v1/generations?${search}`, { signal });
    },
    // Both may be repeated: a generation is canceled or deleted once, however often it is asked for.
    cancel: (id, options = {}) =>
      transport.json<Generation>(`${path(id)}/cancel`, {
        method: 'POST',
        signal: options.signal,
        repeatable: true,
      }),
    delete: (id, options = {}) =>
      transport.json<void>(path(id), { method: 'DELETE', signal: options.signal, repeatable: true }),
    watch: (id, options = {}) => watch(transport, api, id, options),
  };
  return api;
}

/** The network or the server is away for now: the generation itself goes on. */
const isPassing = (error: unknown): boolean =>
  error instanceof NetworkError ||
  (error instanceof ApiError && (error.status >= 500 || error.code === 'rate_limited'));

/** Nothing heard for so long, whoever watches had better decide for himself. */
const patienceMs = 15 * 60_000;

async function* watch(
  transport: Transport,
  api: Generations,
  id: string,
  { signal, after = 0 }: WatchOptions,
): AsyncGenerator<GenerationEvent> {
  let seq = after;
  let heardAt = Date.now();
  for (let quiet = 0; ; quiet++) {
    const before = seq;
    try {
      const response = await transport.send(`${path(id)}/events`, {
        headers: { accept: 'text/event-stream', 'last-event-id': String(seq) },
        signal,
      });
      if (response.body) {
        for await (const { data } of readEvents(response.body)) {
          const event = JSON.parse(data) as GenerationEvent;
          // The place in line is told without a number of its own.
          if (event.seq <= seq && (event.type === 'status' || event.type === 'progress')) continue;
          seq = event.seq;
          yield event;
          if (event.type === 'done') return;
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      // A stream that breaks off is a plain TypeError.
      if (error instanceof ApiError && !isPassing(error)) throw error;
    }
    if (seq > before) quiet = 0;
    // The stream ended without the end of the story: ask, so that progress is seen even where no stream works.
    const generation = await api.get(id, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (!isPassing(error) || Date.now() - heardAt > patienceMs) throw error;
      return null;
    });
    if (generation) {
      heardAt = Date.now();
      const { status, progress, queue } = generation;
      if (isTerminal(status)) {
        yield { seq: seq + 1, type: 'done', status, progress, queue, generation };
        return;
      }
      if (quiet > 0) yield { seq, type: 'progress', status, progress, queue };
    }
    await transport.sleep(Math.min(backoffMs(quiet), 5000), signal);
  }
}
