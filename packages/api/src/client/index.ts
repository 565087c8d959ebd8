import type {
  ModelList,
  PendingUpload,
  Upload,
  UploadFromUrl,
  UploadRequest,
  VisitorSession,
  VisitorSessionRequest,
} from '../types.ts';
import { generations, type CallOptions, type Generations } from './generations.ts';
import { createTransport, type ClientOptions } from './transport.ts';

export { ApiError, NetworkError } from './errors.ts';
export type { CallOptions, CreateOptions, Generations, ListOptions, WatchOptions } from './generations.ts';
export { createTransport } from './transport.ts';
export type { ClientOptions, RequestOptions, Transport } from './transport.ts';

export interface Client {
  visitorSessions: { create(request: VisitorSessionRequest, options?: CallOptions): Promise<VisitorSession> };
  models: { list(options?: CallOptions): Promise<ModelList> };
  uploads: {
    /** Announces a photo and gives the URL to PUT its bytes to. */
    create(request: UploadRequest, options?: CallOptions): Promise<PendingUpload>;
    /** For servers: has a photo fetched from the web. Answers when it is ready; throws when it cannot be used. */
    fetch(request: UploadFromUrl, options?: CallOptions): Promise<Upload>;
    /** Has the bytes read and cleaned. Answers when the photo is ready; throws when it cannot be used. */
    complete(id: string, options?: CallOptions): Promise<Upload>;
    get(id: string, options?: CallOptions): Promise<Upload>;
  };
  generations: Generations;
}

/**
 * The ImgVid API for browsers and Node, on nothing but the platform's fetch.
 *
 * ```ts
 * const client = createClient({ baseUrl: 'https://imgvid.example', token: process.env.IMGVID_SECRET_KEY });
 * const generation = await client.generations.create({ upload_id, camera: { move: 'push_in' } });
 * for await (const event of client.generations.watch(generation.id)) console.log(event.progress);
 * ```
 *
 * Failures are `ApiError` (the API said no, with a code) or `NetworkError` (no answer). Reads and writes that
 * are safe to send twice are tried four times.
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  const upload = (id: string): string => `/v1/uploads/${encodeURIComponent(id)}`;
  return {
    visitorSessions: {
      create: (body, { signal } = {}) =>
        transport.json('/v1/visitor-sessions', { method: 'POST', body, signal, repeatable: true }),
    },
    models: { list: ({ signal } = {}) => transport.json('/v1/models', { signal }) },
    uploads: {
      create: (body, { signal } = {}) =>
        transport.json('/v1/uploads', { method: 'POST', body, signal, repeatable: true }),
      fetch: (body, { signal } = {}) => transport.json('/v1/uploads', { method: 'POST', body, signal }),
      complete: (id, { signal } = {}) =>
        transport.json(`${upload(id)}/complete`, { method: 'POST', signal, repeatable: true }),
      get: (id, { signal } = {}) => transport.json(upload(id), { signal }),
    },
    generations: generations(transport),
  };
}
