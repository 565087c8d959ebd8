import type { ModelList, SiteLook, Upload, VisitorSession } from '@imgvid/api/types';

/*
 * What the API would tell a visitor, so that the real widget can be tried out with a look that is not saved, without
 * a key, and without anything being spent: a photo given to it stays in this page.
 */

export interface PreviewState {
  look: SiteLook;
  models: ModelList;
}

const json = (body: unknown, status = 200): Response =>
  Response.json(body, {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
  });

const anId = (kind: string): string => `${kind}_01kc9p3tkqfv7rjv8x4m2n6s0d`;

function visitorSession({ look }: PreviewState): VisitorSession {
  return {
    token: 'preview',
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    visitor_id: anId('vis'),
    visitor_proof: 'preview',
    site: { id: anId('site'), name: 'Preview', mode: 'live', look },
    consent: { required: false, policy_version: null, choices: {} },
    age: { required: false, minimum: 0 },
  };
}

/** The models visitors may use by this look, the first by default. */
function modelsOf({ look, models }: PreviewState): ModelList {
  const { models: chosen } = look;
  if (chosen === null) return models;
  const data = chosen.flatMap((id) => models.data.filter((model) => model.id === id));
  return data[0] ? { data, default_model: data[0].id } : models;
}

const uploaded: Upload = {
  id: anId('upl'),
  status: 'ready',
  content_type: 'image/jpeg',
  width: 1600,
  height: 1200,
  byte_size: 400_000,
  photo_url: null,
  error: null,
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2036-01-01T00:00:00.000Z',
};

const refusal = {
  type: 'about:blank',
  title: 'Only a preview',
  status: 403,
  code: 'forbidden',
  detail: 'This is a preview: no video is made here.',
  request_id: 'preview',
};

/** The answer to one request of the widget; null: not the API's. */
export async function answerTo(state: PreviewState, request: Request): Promise<Response | null> {
  const { pathname, origin } = new URL(request.url);
  if (origin !== location.origin || !pathname.startsWith('/v1/')) return null;
  if (pathname === '/v1/visitor-sessions') return json(visitorSession(state), 201);
  if (pathname === '/v1/models') return json(modelsOf(state));
  if (pathname === '/v1/uploads') {
    const put_url = `${location.origin}/v1/preview-photo`;
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return json({ id: anId('upl'), put_url, put_headers: {}, expires_at }, 201);
  }
  if (pathname.endsWith('/complete')) return json(uploaded);
  if (pathname === '/v1/generations' && request.method === 'GET')
    return json({ data: [], next_cursor: null });
  return json(refusal, 403);
}

/** Takes the bytes of a photo and lets them go: the part of XMLHttpRequest that the widget uses to send one. */
export class NowhereRequest {
  readonly status = 200;
  readonly upload: { onprogress?: unknown } = {};
  onload: () => void = () => {};
  open(): void {}
  setRequestHeader(): void {}
  abort(): void {}
  send(): void {
    queueMicrotask(() => this.onload());
  }
}
