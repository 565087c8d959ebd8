import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeTenant,
  makeVisitor,
  startServer,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let tenant: TestTenant;

beforeAll(async () => {
  // A hundredth: 3 points for a visitor, 30 for a network, 60 for a key, 1 wrong key.
  server = await startServer({
    IMGVID_ROLE: 'api',
    IMGVID_RATE_LIMIT_FACTOR: '0.01',
    IMGVID_TRUSTED_PROXIES: '127.0.0.1',
  });
  // At a hundredth every newcomer would have to prove himself before he is counted.
  tenant = await makeTenant(server, { proofOfWork: 'never' });
});
afterAll(() => server.stop());

const from = (address: string) => ({ 'x-forwarded-for': address });
const get = (path: string, headers: Record<string, string>) => fetch(`${server.url}${path}`, { headers });

describe('requests', () => {
  it('of a key carry where it stands, and are refused beyond its limit with the time to wait', async () => {
    const headers = { authorization: `Bearer ${tenant.secret}` };
    const first = await get('/v1/credits', headers);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=60;w=60, "tenant";q=120;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"key";r=59;t=60, "tenant";r=119;t=60$/);
    const others = await Promise.all(Array.from({ length: 100 }, () => get('/v1/credits', headers)));
    expect(others.filter(({ status }) => status === 200)).toHaveLength(59);
    const refused = others.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused?.headers.get('ratelimit')).toContain('"key";r=0');
    expect(await refused?.json()).toMatchObject({ code: 'rate_limited', status: 429 });
  });

  it('of one visitor do not take from another', async () => {
    const shop = await makeTenant(server, { proofOfWork: 'never' });
    const [anna, ben] = [await makeVisitor(server, shop), await makeVisitor(server, shop)];
    const ask = (token: string) =>
      get('/v1/models', { authorization: `Bearer ${token}`, origin: shop.origin, ...from('203.0.113.1') });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask(anna.token)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await ask(ben.token)).status).toBe(200);
  });

  it('for sessions are counted by network, as the trusted proxy tells it', async () => {
    const open = (address: string) =>
      fetch(`${server.url}/v1/visitor-sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: tenant.origin, ...from(address) },
        body: JSON.stringify({ key: tenant.publishable }),
      });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await open(`198.51.100.${i}`)).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 429]);
    expect((await open('198.51.101.1')).status).toBe(201);
  });

  it('with wrong keys are looked up no further after a while', async () => {
    const guess = (address: string) =>
      get('/v1/credits', { authorization: 'Bearer sk_live_wrongwrongwrong', ...from(address) });
    expect((await guess('192.0.2.1')).status).toBe(401);
    const refused = await guess('192.0.2.2');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    expect((await guess('192.0.3.1')).status).toBe(401);
  });
});
