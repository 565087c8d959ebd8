import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { KeyScope, Problem, SiteLimits, VisitorSessionRequest } from '@imgvid/api';
import { createClient, type Client } from '@imgvid/api/client';
import sharp from 'sharp';
import { grant } from '../../src/billing/index.ts';
import { loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { encodeId, newUuid } from '../../src/platform/ids.ts';
import { openServer, type Server } from '../../src/server.ts';
import { hashKey, keyPrefix, mintKey } from '../../src/sites/keys.ts';
import { noLimits } from '../../src/sites/site-settings.ts';
import { insertTenant } from '../../src/sites/store.ts';
import { createTestDatabase, testLog, type TestDatabase } from './database.ts';

export interface RunningServer {
  url: string;
  database: Database;
  test: TestDatabase;
  dataDir: string;
  stop(): Promise<void>;
}

/** Listens first and has the app later, since the app has to know where. Until then nobody knows the address. */
async function listen(): Promise<{ http: ServerType; port: number; serve(app: Server['app']): void }> {
  let app: Server['app'] | undefined;
  const http = createAdaptorServer({
    fetch: (request, env) => app?.fetch(request, env) ?? new Response('not open yet', { status: 503 }),
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return { http, port, serve: (opened) => void (app = opened) };
}

/** The whole server in this process, on a database and a folder of its own. */
export async function startServer(settings: Record<string, string> = {}): Promise<RunningServer> {
  const test = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'imgvid-test-server-'));
  const { http, port, serve } = await listen();
  const config = loadConfig({
    IMGVID_ENV: 'test',
    IMGVID_PORT: String(port),
    IMGVID_PUBLIC_URL: `http://127.0.0.1:${port}`,
    IMGVID_DATA_DIR: dataDir,
    IMGVID_DATABASE_URL: test.settings.url,
    IMGVID_SECRET: test.settings.secret,
    // Tests send in a second what callers send in an hour; those of the limits set their own.
    IMGVID_RATE_LIMIT_FACTOR: '100000',
    IMGVID_PASSWORD_COST: '10',
    ...settings,
  });
  const server: Server = await openServer(config, testLog).catch((error: unknown) => {
    http.close();
    throw error;
  });
  serve(server.app);
  return {
    url: `http://127.0.0.1:${port}`,
    database: test.database,
    test,
    dataDir,
    async stop() {
      const closed = new Promise((resolve) => {
        http.close(resolve);
      });
      await server.stop(5);
      if ('closeAllConnections' in http) http.closeAllConnections();
      await closed;
      await test.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestTenant {
  tenantId: string;
  /** As the API shows it. */
  siteId: string;
  publishable: string;
  secret: string;
  origin: string;
  /** The tenant's own systems. */
  client: Client;
}

/** A tenant with a site, keys and credits of one mode. */
export async function makeTenant(
  server: RunningServer,
  {
    mode = 'test',
    credits = 1000,
    limits = noLimits,
    scopes = [],
    proofOfWork = 'suspicious',
  }: {
    mode?: 'test' | 'live';
    credits?: number;
    limits?: Partial<SiteLimits>;
    scopes?: KeyScope[];
    proofOfWork?: 'suspicious' | 'never';
  } = {},
): Promise<TestTenant> {
  const tenantId = newUuid();
  const siteId = newUuid();
  const origin = `https://${tenantId}.example`;
  const keys = (['publishable', 'secret'] as const).map((kind) => ({ kind, text: mintKey(kind, mode) }));
  await server.database.withSystem('test tenant', (trx) =>
    insertTenant(trx, {
      tenantId,
      name: 'A shop',
      site: { id: siteId, name: 'Its site', allowedOrigins: [origin], limits, proofOfWork },
      keys: keys.map(({ kind, text }) => ({
        id: newUuid(),
        kind,
        mode,
        prefix: keyPrefix(text),
        hash: hashKey(text),
        scopes: kind === 'secret' ? scopes : [],
      })),
    }),
  );
  if (credits > 0) {
    await server.database.withTenant({ tenantId }, (trx) =>
      grant(trx, systemClock, {
        tenantId,
        mode,
        amount: credits,
        idempotencyKey: 'seed',
        reason: 'For a test',
      }),
    );
  }
  const [publishable, secret] = keys.map(({ text }) => text) as [string, string];
  return {
    tenantId,
    siteId: encodeId('site', siteId),
    publishable,
    secret,
    origin,
    client: createClient({ baseUrl: server.url, token: secret }),
  };
}

/** A browser of a visitor: every request carries the page's origin, as a real one does. */
export async function makeVisitor(
  server: RunningServer,
  { publishable, origin }: Pick<TestTenant, 'publishable' | 'origin'>,
  request: Omit<VisitorSessionRequest, 'key'> = {},
): Promise<{ client: Client; token: string; visitorId: string; proof: string }> {
  const fromPage: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', origin);
    return fetch(input, { ...init, headers });
  };
  const session = await createClient({ baseUrl: server.url, fetch: fromPage }).visitorSessions.create({
    key: publishable,
    ...request,
  });
  return {
    client: createClient({ baseUrl: server.url, token: session.token, fetch: fromPage }),
    token: session.token,
    visitorId: session.visitor_id,
    proof: session.visitor_proof,
  };
}

let jpeg: Promise<Buffer> | undefined;

/** A small photo with something to see on it. */
export function smallPhoto(): Promise<Buffer> {
  jpeg ??= sharp({ create: { width: 320, height: 240, channels: 3, background: '#3366aa' } })
    .composite([
      {
        input: Buffer.from('<svg width="120" height="90"><rect width="120" height="90" fill="#fc3"/></svg>'),
      },
    ])
    .jpeg()
    .toBuffer();
  return jpeg;
}

/** Announces, sends and completes a photo. Returns the upload's id. */
export async function uploadPhoto(
  client: Client,
  bytes?: Buffer,
  contentType = 'image/jpeg',
): Promise<string> {
  const photo = bytes ?? (await smallPhoto());
  const pending = await client.uploads.create({
    content_type: contentType as 'image/jpeg',
    byte_size: photo.byteLength,
  });
  const put = await fetch(pending.put_url, {
    method: 'PUT',
    headers: pending.put_headers,
    body: new Uint8Array(photo),
  });
  if (!put.ok) throw new Error(`PUT of the photo: ${put.status} ${await put.text()}`);
  await client.uploads.complete(pending.id);
  return pending.id;
}

export interface ProblemAnswer {
  status: number;
  problem: Problem;
}

/** Sends a request that is expected to be refused, and reads the refusal. */
export async function refusal(url: string, init: RequestInit = {}): Promise<ProblemAnswer> {
  const response = await fetch(url, init);
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) {
    throw new Error(`expected a problem document, got ${response.status} ${type}: ${await response.text()}`);
  }
  return { status: response.status, problem: (await response.json()) as Problem };
}
