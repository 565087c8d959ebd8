import type { HttpBindings } from '@hono/node-server';
import { problem } from '../../platform/http/problem.ts';
import { deviceOf } from '../../platform/http/device.ts';
import { decodeId, newUuid } from '../../platform/ids.ts';
import { truncateIp } from '../../platform/log.ts';
import type { Trx } from '../../platform/database/index.ts';
import type { MemberDirectory } from '../../sites/index.ts';
import type { AccountParts } from '../parts.ts';
import { membershipsQuery, type MembershipRow, type PersonRow } from '../people/store.ts';
import { hashToken, mintToken } from '../tokens.ts';
import {
  becomePersonQuery,
  insertSession,
  sessionQuery,
  updateSession,
  type FoundSession,
  type SessionRow,
} from './store.ts';

export type Exchange = Pick<HttpBindings, 'incoming' | 'outgoing'>;
export interface SessionContext {
  session: FoundSession;
  memberships: MembershipRow[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A sign-in that waits for its second factor. */
const pendingMs = 10 * minuteMs;
const idleMs = 7 * dayMs;
const absoluteMs = 30 * dayMs;
const confirmedMs = 10 * minuteMs;
const touchEveryMs = minuteMs;

export const confirmedUntil = ({ confirmed_at }: SessionRow): Date =>
  new Date(confirmed_at.getTime() + confirmedMs);

const safeMethods = new Set(['GET', 'HEAD']);

/**
 * The session is a cookie, which browsers send along wherever a request comes from. So a request that uses or makes one must
 * come from a page of this server: by what the browser says of its origin, and by a header no form can set.
 */
export function requireOwnPage({ headers, method = '' }: HttpBindings['incoming'], publicUrl: string): void {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  const foreign =
    (site !== undefined && site !== 'same-origin') ||
    (origin !== undefined && origin !== publicUrl && URL.parse(origin)?.host !== headers.host);
  if (!foreign && (safeMethods.has(method) || headers['imgvid-console'] === '1')) return;
  throw problem(
    'forbidden',
    'This can be done from the pages of this server only.',
    'Servers use a secret key. The console sends the header ImgVid-Console: 1.',
  );
}

function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https://') ? '__Host-imgvid' : 'imgvid';
}

/** With https the name binds the cookie to this host; plain http is for development. */
export function setCookie(outgoing: Exchange['outgoing'], publicUrl: string, token: string | null): void {
  const secure = publicUrl.startsWith('https://') ? '; Secure' : '';
  const age = token === null ? 0 : absoluteMs / 1000;
  outgoing.setHeader(
    'set-cookie',
    `${cookieName(publicUrl)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`,
  );
}

function readCookie(incoming: Exchange['incoming'], publicUrl: string): string | undefined {
  const name = `${cookieName(publicUrl)}=`;
  const found = (incoming.headers.cookie ?? '').split(/; */).find((part) => part.startsWith(name));
  const token = found?.slice(name.length);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
}

export interface Sessions {
  /** Starts one in the person's scope. Its cookie is set; whatever cookie came with the request counts for nothing. */
  start(
    trx: Trx,
    exchange: Exchange,
    person: Pick<PersonRow, 'id' | 'hasSecondFactor'>,
    options?: { secondFactor?: boolean },
  ): Promise<'signed_in' | 'second_factor_required'>;
  /** A new token for the session, whose rights have changed; the old one is no good any more. */
  rotate(trx: Trx, exchange: Exchange, id: string, change: Partial<SessionRow>): Promise<void>;
  /** The session of a request, also a pending one. */
  find(exchange: Exchange): Promise<SessionContext | null>;
  whereFrom(exchange: Exchange): { network: string; device: string };
  members: MemberDirectory;
}

export function openSessions(parts: AccountParts): Sessions {
  const { database, clock, publicUrl, addressOf } = parts;
  const whereFrom: Sessions['whereFrom'] = ({ incoming }) => ({
    network: truncateIp(addressOf(incoming)),
    device: deviceOf(incoming.headers['user-agent']),
  });

  async function touch(session: FoundSession): Promise<void> {
    const now = clock.now();
    if (now.getTime() - session.last_seen_at.getTime() < touchEveryMs) return;
    await database.withPerson({ personId: session.person_id }, (trx) =>
      updateSession(trx, session.id, {
        last_seen_at: now,
        idle_ends_at: new Date(now.getTime() + (session.status === 'full' ? idleMs : 0)),
      }),
    );
  }

  async function find({ incoming }: Exchange): Promise<SessionContext | null> {
    const token = readCookie(incoming, publicUrl);
    if (token === undefined) return null;
    requireOwnPage(incoming, publicUrl);
    const scope = { secret: hashToken(token) };
    const rows = await database.batch(scope, [becomePersonQuery, sessionQuery, membershipsQuery]);
    const session = rows[1]?.[0] as FoundSession | undefined;
    const now = clock.now();
    if (!session || session.idle_ends_at <= now || session.expires_at <= now) return null;
    if (session.status === 'full') await touch(session);
    return { session, memberships: (rows[2] ?? []) as MembershipRow[] };
  }

  return {
    whereFrom,
    find,
    async start(trx, exchange, person, { secondFactor = false } = {}) {
      const now = clock.now();
      const full = secondFactor || !person.hasSecondFactor;
      const token = mintToken();
      await insertSession(trx, {
        id: newUuid(clock),
        person_id: person.id,
        token_hash: hashToken(token),
        status: full ? 'full' : 'pending',
        second_factor: secondFactor,
        ...whereFrom(exchange),
        created_at: now,
        last_seen_at: now,
        confirmed_at: now,
        idle_ends_at: new Date(now.getTime() + (full ? idleMs : pendingMs)),
        expires_at: new Date(now.getTime() + (full ? absoluteMs : pendingMs)),
      });
      setCookie(exchange.outgoing, publicUrl, token);
      return full ? 'signed_in' : 'second_factor_required';
    },
    async rotate(trx, exchange, id, change) {
      const now = clock.now();
      const token = mintToken();
      const full = change.status === 'full';
      await updateSession(trx, id, {
        ...change,
        token_hash: hashToken(token),
        ...(full
          ? {
              idle_ends_at: new Date(now.getTime() + idleMs),
              expires_at: new Date(now.getTime() + absoluteMs),
            }
          : {}),
      });
      setCookie(exchange.outgoing, publicUrl, token);
    },
    members: {
      async find(exchange) {
        const found = await find(exchange);
        if (!found || found.session.status !== 'full') return null;
        const { session, memberships } = found;
        const { headers, method = '' } = exchange.incoming;
        const tenantId = chosenTenant(headers['imgvid-tenant'], memberships);
        const membership = memberships.find((one) => one.tenant_id === tenantId);
        if (!membership)
          throw problem('not_found', 'There is no such tenant.', 'Or you are no member of it.');
        if (membership.require_second_factor && !session.second_factor) {
          throw problem(
            'second_factor_required',
            'This tenant demands a second factor.',
            'Turn one on under account security, and sign in with it.',
          );
        }
        if (membership.status !== 'active' && !safeMethods.has(method)) {
          throw problem('forbidden', 'This tenant is suspended: it can be read only.');
        }
        return {
          kind: 'member',
          tenantId: membership.tenant_id,
          siteId: null,
          visitorId: undefined,
          mode: headers['imgvid-mode'] === 'test' ? 'test' : 'live',
          personId: session.person_id,
          role: membership.role,
          actor: session.person_id,
          ...whereFrom(exchange),
          secondFactor: session.second_factor,
          confirmedUntil: confirmedUntil(session),
        };
      },
    },
  };
}

/** Who belongs to one tenant need not say which. */
function chosenTenant(header: string | string[] | undefined, memberships: MembershipRow[]): string | null {
  if (typeof header === 'string') return decodeId('tenant', header);
  if (memberships.length === 1) return memberships[0]?.tenant_id ?? null;
  throw problem(
    'invalid_request',
    memberships.length === 0 ? 'You belong to no tenant yet.' : 'Which tenant is this for?',
    'Send the header ImgVid-Tenant with the id of one from GET /v1/account.',
  );
}
