import { ApiError, createClient, type Client } from '@imgvid/api/client';
import type { Model, ModelList, VisitorSession, VisitorSessionRequest } from '@imgvid/api/types';
import { WidgetError } from './errors.ts';

/** Who the visitor was in an earlier session. */
export interface KnownVisitor {
  visitor_id: string;
  visitor_proof: string;
}

export type VisitorJwt = string | (() => string | Promise<string>);

/**
 * The visitor's session with one site, shared by all widgets of a page that use the same key. Nothing is sent
 * before `open` is first called. There is no timer: a token near its end is replaced when it is next needed.
 */
export class Session {
  readonly client: Client;
  /** The last answer of the API, null before the first. */
  current: VisitorSession | null = null;
  /** Who the visitor was before; set from the device's record ahead of the first `open`. */
  known: KnownVisitor | null = null;

  /** Signed by the site's own server for the user it knows: a token, or how to get a fresh one. */
  visitorJwt: VisitorJwt | null = null;

  readonly #api: string;
  readonly #key: string;
  #refreshAt = 0;
  #opening: Promise<VisitorSession> | null = null;
  #models: Promise<ModelList> | null = null;

  constructor(api: string, key: string) {
    this.#api = api;
    this.#key = key;
    this.client = createClient({
      baseUrl: api,
      token: async ({ refresh }) => (await this.open(refresh)).token,
    });
  }

  /**
   * The session, opened or renewed as needed. A token is renewed at 80 % of its life; one that could not be
   * renewed is not used again.
   */
  async open(renew = false): Promise<VisitorSession> {
    if (!this.#opening && this.current && !renew && Date.now() < this.#refreshAt) return this.current;
    this.#opening ??= this.#create().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #create(): Promise<VisitorSession> {
    if (!this.#key) {
      throw new WidgetError('missing_key', {
        message: 'The widget has no key',
        hint: 'Give the element its publishable key: <imgvid-generator key="pk_…">',
      });
    }
    this.#refreshAt = 0;
    const { known, visitorJwt } = this;
    const jwt = typeof visitorJwt === 'function' ? await visitorJwt() : visitorJwt;
    const session = await this.#ask({
      key: this.#key,
      ...(known && { visitor_id: known.visitor_id, visitor_proof: known.visitor_proof }),
      ...(jwt && { visitor_jwt: jwt }),
    });
    // The server's clock and the device's may differ; what counts is the span.
    const life = Math.max(60_000, Math.min(Date.parse(session.expires_at) - Date.now(), 3_600_000));
    this.#refreshAt = Date.now() + 0.8 * life;
    this.known = { visitor_id: session.visitor_id, visitor_proof: session.visitor_proof };
    this.current = session;
    return session;
  }

  /** Where the browser has to prove itself first, it does, once. */
  async #ask(request: VisitorSessionRequest): Promise<VisitorSession> {
    const { create } = createClient({ baseUrl: this.#api }).visitorSessions;
    try {
      return await create(request);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.challenge) throw error;
      const { answerTo } = await import('./lazy/challenge.ts');
      return create({ ...request, ...(await answerTo(error.challenge)) });
    }
  }

  /** The models a visitor may work with, the usual one first. */
  async models(): Promise<Model[]> {
    this.#models ??= this.client.models.list().catch((error: unknown) => {
      this.#models = null;
      throw error;
    });
    const { data, default_model } = await this.#models;
    if (data.length === 0) throw new WidgetError('provider_unavailable');
    return [...data].sort((a, b) => Number(b.id === default_model) - Number(a.id === default_model));
  }
}

const sessions = new Map<string, Session>();

export function sessionFor(api: string, key: string): Session {
  const name = `${api} ${key}`;
  let session = sessions.get(name);
  if (!session) {
    session = new Session(api, key);
    sessions.set(name, session);
  }
  return session;
}
