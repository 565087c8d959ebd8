import { generateKeyPairSync } from 'node:crypto';
import type { IdentityKey, NewIdentityKey, Problem, VisitorSession } from '@imgvid/api';
import { solveChallenge, type Challenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeTenant,
  makeVisitor,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';
import { startTurnstile, type TurnstileStandIn } from '../support/turnstile.ts';

let server: RunningServer;
let turnstile: TurnstileStandIn;

beforeAll(async () => {
  turnstile = await startTurnstile();
  server = await startServer({ IMGVID_ROLE: 'api', IMGVID_TURNSTILE_URL: turnstile.url });
});
afterAll(async () => {
  await server.stop();
  await turnstile.close();
});

const makeShop = (options: Parameters<typeof makeTenant>[1] = {}) =>
  makeTenant(server, { mode: 'live', ...options });

async function manage<T>(shop: TestTenant, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}/v1/sites/${shop.siteId}${path}`, {
    method,
    headers: { authorization: `Bearer ${shop.secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${path}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function open(
  shop: TestTenant,
  extra: object = {},
): Promise<{ session: VisitorSession; problem: Problem; status: number }> {
  const response = await fetch(`${server.url}/v1/visitor-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: shop.origin },
    body: JSON.stringify({ key: shop.publishable, ...extra }),
  });
  const body = await response.json();
  return { session: body, problem: body, status: response.status } as never;
}

const create = (visitor: Awaited<ReturnType<typeof makeVisitor>>, upload: string) =>
  visitor.client.generations.create({ upload_id: upload, duration_s: 3, resolution: '480p' });

/** How many of `tries` submits at once were accepted, and what the others were told. */
async function rush(tries: number, submit: (index: number) => Promise<unknown>) {
  const results = await Promise.allSettled(Array.from({ length: tries }, (_, index) => submit(index)));
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  return { accepted: tries - reasons.length, reasons: reasons as { code: string; hint: string }[] };
}

describe('what a forged origin can cost', () => {
  it('is the anonymous allowance of the day, exactly, however many submit at once', async () => {
    const shop = await makeShop({
      credits: 10_000,
      limits: { visitor_videos_per_day: null, network_videos_per_day: null, anonymous_credits_per_day: 30 },
    });
    // As curl would: any origin header, any number of visitors.
    const visitors = await Promise.all(Array.from({ length: 10 }, () => makeVisitor(server, shop)));
    const uploads = await Promise.all(visitors.map(({ client }) => uploadPhoto(client)));
    const price = (
      await visitors[0]?.client.generations.quote({
        upload_id: uploads[0] ?? '',
        duration_s: 3,
        resolution: '480p',
      })
    )?.credits;
    const { accepted, reasons } = await rush(60, (index) => {
      const visitor = visitors[index % 10];
      return visitor ? create(visitor, uploads[index % 10] ?? '') : Promise.reject(new Error('no visitor'));
    });
    expect(accepted).toBe(Math.floor(30 / (price ?? 0)));
    expect(new Set(reasons.map(({ code }) => code))).toEqual(new Set(['limit_reached']));
    expect(reasons[0]?.hint).toContain('anonymous_credits_per_day');
    const { rows } = await server.test.superuser.query(
      `select balance from ledger_account where tenant_id = $1 and mode = 'live' and kind = 'held'`,
      [shop.tenantId],
    );
    expect(Number(rows[0].balance)).toBe(accepted * (price ?? 0));
    const use = await fetch(`${server.url}/v1/sites/${shop.siteId}/limits/use`, {
      headers: { authorization: `Bearer ${shop.secret}` },
    });
    expect(await use.json()).toMatchObject({
      mode: 'live',
      anonymous_credits_per_day: accepted * (price ?? 0),
      network_videos_per_day: accepted,
      origin_videos_per_day: accepted,
    });
    const events = await server.test.superuser.query<{ data: { used: number; allowed: number } }>(
      `select data from outbox_event where tenant_id = $1 and type = 'site.limit_near'`,
      [shop.tenantId],
    );
    // Told once, at 80 %, although many were under way.
    expect(events.rows).toHaveLength(1);
    expect(events.rows[0]?.data).toMatchObject({ allowed: 30 });
    expect(events.rows[0]?.data.used).toBeGreaterThanOrEqual(24);
    // The shop's own server goes on.
    const own = await uploadPhoto(shop.client);
    await shop.client.generations.create({ upload_id: own, duration_s: 3, resolution: '480p' });
  });

  it.each([
    ['visitor_videos_per_day', 1],
    ['network_videos_per_day', 2],
    ['origin_videos_per_day', 2],
  ] as const)('%s is exact too', async (name, visitorCount) => {
    const shop = await makeShop({
      limits: {
        visitor_videos_per_day: null,
        network_videos_per_day: null,
        anonymous_credits_per_day: null,
        [name]: 4,
      },
    });
    const visitors = await Promise.all(Array.from({ length: visitorCount }, () => makeVisitor(server, shop)));
    const uploads = await Promise.all(visitors.map(({ client }) => uploadPhoto(client)));
    const { accepted, reasons } = await rush(12, (index) => {
      const visitor = visitors[index % visitorCount];
      return visitor
        ? create(visitor, uploads[index % visitorCount] ?? '')
        : Promise.reject(new Error('no visitor'));
    });
    expect(accepted).toBe(4);
    expect(reasons[0]).toMatchObject({ code: 'limit_reached' });
    expect(reasons[0]?.hint).toContain(name);
  });

  it('is nothing where the allowance is nothing', async () => {
    const shop = await makeShop({ limits: { anonymous_credits_per_day: 0 } });
    const visitor = await makeVisitor(server, shop);
    await expect(create(visitor, await uploadPhoto(visitor.client))).rejects.toMatchObject({
      code: 'limit_reached',
    });
  });
});

describe('a visitor whom the site’s own server has signed in', () => {
  const sign = (
    secret: string,
    shop: TestTenant,
    { sub = 'user 42', exp = '10m', aud = shop.siteId }: { sub?: string; exp?: string; aud?: string } = {},
  ) =>
    new SignJWT({ sub })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(aud)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(new TextEncoder().encode(secret));

  it('is the same one everywhere, has his videos there, and is not counted as anonymous', async () => {
    const shop = await makeShop({ limits: { anonymous_credits_per_day: 0 } });
    const { secret } = await manage<NewIdentityKey>(shop, 'POST', '/identity-keys', { algorithm: 'HS256' });
    const laptop = await makeVisitor(server, shop, { visitor_jwt: await sign(secret ?? '', shop) });
    await create(laptop, await uploadPhoto(laptop.client));
    const phone = await makeVisitor(server, shop, { visitor_jwt: await sign(secret ?? '', shop) });
    expect(phone.visitorId).toBe(laptop.visitorId);
    expect((await phone.client.generations.list()).data).toHaveLength(1);
    const other = await makeVisitor(server, shop, {
      visitor_jwt: await sign(secret ?? '', shop, { sub: 'b' }),
    });
    expect((await other.client.generations.list()).data).toHaveLength(0);
    // What is kept tells nobody's name.
    const { rows } = await server.test.superuser.query<{ row: string }>(
      `select row_to_json(v)::text as row from visitor v where tenant_id = $1`,
      [shop.tenantId],
    );
    expect(rows).toHaveLength(2);
    expect(rows.some(({ row }) => row.includes('user 42'))).toBe(false);
    expect(phone.proof).toBe('');
  });

  it('may be signed with a key pair, whose private half is refused', async () => {
    const shop = await makeShop();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const key = await manage<NewIdentityKey>(shop, 'POST', '/identity-keys', {
      algorithm: 'ES256',
      public_key: pem,
    });
    expect(key.secret).toBeNull();
    const token = await new SignJWT({ sub: 'a' })
      .setProtectedHeader({ alg: 'ES256', kid: key.id })
      .setAudience(shop.siteId)
      .setExpirationTime('5m')
      .sign(privateKey);
    expect((await open(shop, { visitor_jwt: token })).status).toBe(201);
    await expect(
      manage(shop, 'POST', '/identity-keys', {
        algorithm: 'ES256',
        public_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      }),
    ).rejects.toThrow('private key');
    const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey;
    await expect(
      manage(shop, 'POST', '/identity-keys', {
        algorithm: 'ES256',
        public_key: other.export({ type: 'spki', format: 'pem' }),
      }),
    ).rejects.toThrow('P-256');
  });

  it('is nobody when the token is not right, and the owner is told what is wrong', async () => {
    const shop = await makeShop();
    const { id, secret } = await manage<NewIdentityKey>(shop, 'POST', '/identity-keys', {
      algorithm: 'HS256',
    });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    await manage(shop, 'POST', '/identity-keys', { algorithm: 'ES256', public_key: pem });
    const good = secret ?? '';
    const cases: [string, string][] = [
      ['not signed', await sign('another secret, long enough for HS256', shop)],
      ['expired', await sign(good, shop, { exp: '-10m' })],
      ['60 minutes', await sign(good, shop, { exp: '2d' })],
      ['aud', await sign(good, shop, { aud: 'site_of_another' })],
      ['sub', await sign(good, shop, { sub: '' })],
      // The public key is public: it must not pass for a secret.
      ['not signed', await sign(pem, shop)],
      [
        'not signed',
        new UnsecuredJWT({ sub: 'a' }).setAudience(shop.siteId).setExpirationTime('5m').encode(),
      ],
      ['JSON Web Token', 'rubbish'],
    ];
    for (const [word, token] of cases) {
      const { status, problem } = await open(shop, { visitor_jwt: token });
      expect([status, problem.code], word).toEqual([401, 'unauthenticated']);
      expect(problem.hint).toContain(word);
    }
    const token = await sign(good, shop);
    const elsewhere = await makeShop();
    expect((await open(elsewhere, { visitor_jwt: token })).status).toBe(401);
    expect((await open(shop, { visitor_jwt: token })).status).toBe(201);
    await manage(shop, 'DELETE', `/identity-keys/${id}`);
    expect((await open(shop, { visitor_jwt: token })).status).toBe(401);
    const { data } = await manage<{ data: IdentityKey[] }>(shop, 'GET', '/identity-keys');
    expect(data.map(({ algorithm }) => algorithm)).toEqual(['ES256']);
  });
});

describe('proof of work', () => {
  const solve = async (problem: Problem): Promise<string> => {
    if (problem.challenge?.type !== 'proof_of_work') throw new Error('no work was asked for');
    const challenge = problem.challenge.challenge as unknown as Challenge;
    const solution = await solveChallenge({ challenge, deriveKey });
    return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
  };

  it('is asked of new visitors where a site always wants it, and counts once', async () => {
    const shop = await makeShop();
    await manage(shop, 'PATCH', '', { challenge: { proof_of_work: 'always' } });
    const asked = await open(shop);
    expect([asked.status, asked.problem.code]).toEqual([403, 'challenge_required']);
    const proof_of_work = await solve(asked.problem);
    const { status, session } = await open(shop, { proof_of_work });
    expect(status).toBe(201);
    expect((await open(shop, { proof_of_work })).problem.code).toBe('challenge_required');
    // Who has been here works no more: his token is renewed silently.
    const { visitor_id, visitor_proof } = session;
    const renewed = await open(shop, { visitor_id, visitor_proof });
    expect(renewed.session.visitor_id).toBe(visitor_id);
  });

  it('is not taken for another site, changed, made up or late', async () => {
    const [shop, other] = [await makeShop(), await makeShop()];
    for (const site of [shop, other])
      await manage(site, 'PATCH', '', { challenge: { proof_of_work: 'always' } });
    const good = await solve((await open(other)).problem);
    const parsed = JSON.parse(Buffer.from(good, 'base64').toString()) as {
      challenge: { parameters: { data: object; expiresAt: number; keyPrefix: string } };
      solution: { counter: number; derivedKey: string };
    };
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
    const { challenge, solution } = parsed;
    const forged = [
      good,
      encode({
        challenge: { ...challenge, parameters: { ...challenge.parameters, data: { site: shop.siteId } } },
        solution,
      }),
      encode({
        challenge: { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '00' } },
        solution,
      }),
      encode({ challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } }),
      encode({}),
      'rubbish',
    ];
    for (const proof_of_work of forged) {
      expect((await open(shop, { proof_of_work })).problem.code).toBe('challenge_required');
    }
    expect(
      (
        await open(other, {
          proof_of_work: encode({
            challenge,
            solution: { ...solution, counter: 0, derivedKey: '11'.repeat(32) },
          }),
        })
      ).status,
    ).toBe(403);
    expect((await open(other, { proof_of_work: good })).status).toBe(201);
  });

  it('is asked of a network from which many new visitors come', async () => {
    const busy = await startServer({ IMGVID_ROLE: 'api', IMGVID_RATE_LIMIT_FACTOR: '1' });
    try {
      const shop = await makeTenant(busy);
      const statuses: number[] = [];
      for (let i = 0; i < 22; i++) {
        const response = await fetch(`${busy.url}/v1/visitor-sessions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: shop.origin },
          body: JSON.stringify({ key: shop.publishable }),
        });
        statuses.push(response.status);
      }
      expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 403, 403]);
    } finally {
      await busy.stop();
    }
  });
});

describe('Turnstile', () => {
  const setUp = async (secret = turnstile.secret) => {
    const shop = await makeShop();
    await manage(shop, 'PATCH', '', {
      challenge: { proof_of_work: 'always', turnstile_site_key: '0x4AAAA', turnstile_secret: secret },
    });
    return { shop, host: new URL(shop.origin).hostname };
  };

  it('vouches for a visitor once, on the page he is on', async () => {
    const { shop, host } = await setUp();
    const { problem } = await open(shop);
    expect(problem.challenge).toEqual({ type: 'turnstile', site_key: '0x4AAAA' });
    const turnstile_token = turnstile.solve(host);
    expect((await open(shop, { turnstile_token })).status).toBe(201);
    expect((await open(shop, { turnstile_token })).problem.code).toBe('challenge_required');
    const elsewhere = turnstile.solve('evil.example');
    expect((await open(shop, { turnstile_token: elsewhere })).problem.code).toBe('challenge_required');
    expect((await open(shop, { turnstile_token: 'made up' })).problem.code).toBe('challenge_required');
  });

  it('with a wrong secret is the owner’s to mend', async () => {
    const { shop, host } = await setUp('0xwrong');
    const { problem } = await open(shop, { turnstile_token: turnstile.solve(host) });
    expect(problem).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('Turnstile secret') });
  });

  it('that cannot be asked vouches for nobody', async () => {
    const gone = await startTurnstile();
    await gone.close();
    const alone = await startServer({ IMGVID_ROLE: 'api', IMGVID_TURNSTILE_URL: gone.url });
    try {
      const shop = await makeTenant(alone, { mode: 'live' });
      await fetch(`${alone.url}/v1/sites/${shop.siteId}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${shop.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          challenge: { proof_of_work: 'always', turnstile_site_key: 'k', turnstile_secret: 's' },
        }),
      });
      const response = await fetch(`${alone.url}/v1/visitor-sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: shop.origin },
        body: JSON.stringify({ key: shop.publishable, turnstile_token: '0.token' }),
      });
      expect(await response.json()).toMatchObject({ code: 'unavailable' });
    } finally {
      await alone.stop();
    }
  });
});
