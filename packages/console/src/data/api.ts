import type { Model, ModelList } from '@imgvid/api/types';
import { ApiError, createTransport, NetworkError, type RequestOptions } from '@imgvid/api/client';

export { ApiError };

/** The person would rather not prove once more who he is. */
export class NotProven extends Error {
  override readonly name = 'NotProven';
  override readonly message = 'Nothing was changed: it takes your password or second factor.';
}

/** The tenant whose data is shown; sent with every request, because a person may belong to several. */
let tenant: string | null = null;

export const useTenant = (id: string | null): void => {
  tenant = id;
};

export type Mode = 'test' | 'live';
let mode: Mode = 'test';

/** Whether test or live videos and credits are shown. */
export const useMode = (next: Mode): void => {
  mode = next;
};

/** Told when the person is no member of the tenant any more. */
let leftTenant: () => void = () => {};

export const onLeftTenant = (listener: () => void): void => {
  leftTenant = listener;
};

/** Told when the API no longer knows who is asking. */
let signedOut: () => void = () => {};

export const onSignedOut = (listener: () => void): void => {
  signedOut = listener;
};

const transport = createTransport({
  baseUrl: location.origin,
  // The session is a cookie; the header proves that the request is this page's own and not a form's elsewhere.
  credentials: 'same-origin',
  headers: (): Record<string, string> => ({
    'imgvid-console': '1',
    'imgvid-mode': mode,
    ...(tenant === null ? {} : { 'imgvid-tenant': tenant }),
  }),
});

async function asSignedIn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && tenant !== null) signedOut();
    if (error instanceof ApiError && error.detail === 'There is no such tenant.') leftTenant();
    throw error;
  }
}

const send = <T>(path: string, options: RequestOptions): Promise<T> =>
  asSignedIn(() => transport.json<T>(path, options));

type Query = Readonly<Record<string, string | number | undefined>>;

/** `/v1/x?a=1`, without what is undefined or empty. */
function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

export const api = {
  /** All models there are: with a live key, whatever mode is shown. */
  models: async (signal?: AbortSignal): Promise<Model[]> =>
    (await send<ModelList>('/v1/models', { signal, headers: { 'imgvid-mode': 'live' } })).data,
  get: <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
    send<T>(withQuery(path, query), { signal }),
  file: (path: string, query: Query): Promise<Blob> =>
    asSignedIn(async () => (await transport.send(withQuery(path, query))).blob()),
  post: <T>(path: string, body?: unknown): Promise<T> => send<T>(path, { method: 'POST', body: body ?? {} }),
  patch: <T>(path: string, body: unknown): Promise<T> => send<T>(path, { method: 'PATCH', body }),
  put: <T>(path: string, body: unknown): Promise<T> => send<T>(path, { method: 'PUT', body }),
  delete: (path: string): Promise<void> => send<void>(path, { method: 'DELETE' }),
};

/** Refusals of origins say in the hint what may have been meant. */
const isForPeople = ({ code, hint }: ApiError): boolean => code === 'origin_refused' && hint !== undefined;

/** A sentence for the person at the screen, whatever went wrong. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return isForPeople(error) ? `${error.detail} ${error.hint}` : error.detail;
  if (error instanceof NotProven || (error instanceof Error && error.name === 'NoPasskey'))
    return error.message;
  if (error instanceof NetworkError)
    return 'The server could not be reached. Check the connection and try again.';
  return 'Something went wrong on this page. Please try again.';
}

/** What the API says of one field: `errors[].path` is the field's name. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(error.errors.map(({ path, message }) => [path, message]));
}
