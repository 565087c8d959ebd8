import { generate } from 'otplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeId } from '../../src/platform/ids.ts';
import { startServer, type RunningServer } from '../support/running-server.ts';
import { browserOf, newestMail, signUp, type Browser } from './browser.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ IMGVID_ROLE: 'api' });
});
afterAll(() => server.stop());

let people = 0;
const address = (name: string): string => `${name}${++people}@example.com`;
const owner = async (): Promise<Browser> => signUp(server, address('owner'), 'Olga');

async function invited(page: Browser, role: string): Promise<{ email: string; page: Browser; id: string }> {
  const email = address(role);
  expect((await page.send('POST', '/v1/invitations', { email, role })).status).toBe(201);
  const joining = browserOf(server);
  const { token } = await newestMail(server, email);
  const made = await joining.send('POST', '/v1/account/sign-up/invited', { token, name: role });
  expect(made).toMatchObject({ status: 201, body: { status: 'signed_in' } });
  const { body } = await joining.send('GET', '/v1/account');
  return { email, page: joining, id: String(body['id']) };
}

it('lets each role do what the table says, and takes a removed member’s rights at once', async () => {
  const page = await owner();
  const site = (await page.send('POST', '/v1/sites', { name: 'Shop' })).body['id'];
  const keys = `/v1/sites/${String(site)}/keys`;
  const can = async (one: Browser) => ({
    sites: (await one.send('GET', '/v1/sites')).status,
    makeSite: (await one.send('POST', '/v1/sites', { name: 'x' })).status,
    keys: (await one.send('GET', keys)).status,
    usage: (await one.send('GET', '/v1/usage?from=2026-01-01&to=2026-01-02')).status,
    credits: (await one.send('GET', '/v1/credits')).status,
    members: (await one.send('GET', '/v1/members')).status,
    invite: (await one.send('POST', '/v1/invitations', { email: address('x'), role: 'viewer' })).status,
    rename: (await one.send('PATCH', '/v1/tenants/current', { name: 'New' })).status,
    audit: (await one.send('GET', '/v1/audit-events')).status,
  });
  const reader = { sites: 200, usage: 200, credits: 200, members: 200 };
  const no = { makeSite: 403, keys: 403, invite: 403, rename: 403, audit: 403 };
  const viewer = await invited(page, 'viewer');
  expect(await can(viewer.page)).toEqual({ ...reader, ...no });
  expect(await can((await invited(page, 'billing')).page)).toEqual({ ...reader, ...no });
  expect(await can((await invited(page, 'developer')).page)).toEqual({
    ...reader,
    ...no,
    makeSite: 201,
    keys: 200,
  });
  const admin = { makeSite: 201, keys: 200, invite: 201, rename: 200 };
  expect(await can((await invited(page, 'admin')).page)).toEqual({ ...reader, ...no, ...admin });
  expect(await can(page)).toEqual({ ...reader, ...admin, audit: 200 });

  expect((await page.send('PATCH', `/v1/members/${viewer.id}`, { role: 'developer' })).status).toBe(204);
  expect((await viewer.page.send('GET', keys)).status).toBe(200);
  expect((await page.send('DELETE', `/v1/members/${viewer.id}`)).status).toBe(204);
  expect((await viewer.page.send('GET', '/v1/sites')).status).toBe(400);
});

it('invites one address, once, until it is taken back', async () => {
  const page = await owner();
  const email = address('ben');
  const other = await signUp(server, address('eve'), 'Eve');
  await page.send('POST', '/v1/invitations', { email, role: 'viewer' });
  const first = (await newestMail(server, email)).token;
  const again = await page.send('POST', '/v1/invitations', { email: email.toUpperCase(), role: 'admin' });
  const { token } = await newestMail(server, email.toUpperCase());
  const view = (link: string) =>
    browserOf(server).send('POST', '/v1/account/invitations/view', { token: link });
  expect((await view(first)).status).toBe(410);
  expect((await view(token)).body).toMatchObject({ role: 'admin', tenant_name: 'Olga' });
  expect((await other.send('POST', '/v1/account/invitations/accept', { token })).status).toBe(403);
  const ben = await signUp(server, email, 'Ben');
  expect((await ben.send('POST', '/v1/account/invitations/accept', { token })).status).toBe(204);
  expect((await ben.send('POST', '/v1/account/invitations/accept', { token })).status).toBe(410);
  expect((await ben.send('GET', '/v1/account')).body['memberships']).toHaveLength(2);
  expect((await page.send('DELETE', `/v1/invitations/${String(again.body['id'])}`)).status).toBe(404);

  const taken = address('taken');
  const { body } = await page.send('POST', '/v1/invitations', { email: taken, role: 'viewer' });
  const link = (await newestMail(server, taken)).token;
  expect((await page.send('DELETE', `/v1/invitations/${String(body['id'])}`)).status).toBe(204);
  expect((await view(link)).status).toBe(410);
});

it('has one owner: he cannot be removed or demoted, but hand over', async () => {
  const page = await owner();
  const id = String((await page.send('GET', '/v1/account')).body['id']);
  const admin = await invited(page, 'admin');
  expect((await admin.page.send('DELETE', `/v1/members/${id}`)).status).toBe(409);
  expect((await admin.page.send('PATCH', `/v1/members/${id}`, { role: 'viewer' })).status).toBe(409);
  expect((await admin.page.send('PATCH', `/v1/members/${admin.id}`, { role: 'owner' })).status).toBe(400);
  expect((await admin.page.send('POST', '/v1/tenants/current/transfer', { to: admin.id })).status).toBe(403);
  expect((await page.send('POST', '/v1/tenants/current/transfer', { to: admin.id })).status).toBe(204);
  expect((await page.send('GET', '/v1/audit-events')).status).toBe(403);
  expect((await admin.page.send('GET', '/v1/audit-events')).status).toBe(200);
  expect((await page.send('DELETE', `/v1/members/${id}`)).status).toBe(204);
});

it('opens nothing of a tenant that demands a second factor to who has none', async () => {
  const page = await owner();
  const viewer = await invited(page, 'viewer');
  const demand = () => page.send('PATCH', '/v1/tenants/current', { require_second_factor: true });
  expect((await demand()).status).toBe(409);
  const { body } = await page.send('POST', '/v1/account/totp');
  const code = await generate({ secret: String(body['secret']) });
  expect((await page.send('POST', '/v1/account/totp/confirm', { code })).status).toBe(200);
  expect((await demand()).status).toBe(200);
  expect((await page.send('GET', '/v1/sites')).status).toBe(200);
  expect(await viewer.page.send('GET', '/v1/sites')).toMatchObject({
    status: 403,
    body: { code: 'second_factor_required' },
  });
  expect((await viewer.page.send('GET', '/v1/account')).status).toBe(200);
});

it('tells who changed sites, origins and keys, a key of the tenant too, and never a secret', async () => {
  const page = await owner();
  const made = async (path: string, body: object) => (await page.send('POST', path, body)).body;
  const site = String((await made('/v1/sites', { name: 'Shop' }))['id']);
  const at = `/v1/sites/${site}`;
  const origins = `${at}/origins?origin=https://shop.example`;
  await page.send('PATCH', at, {
    name: 'Lamps',
    challenge: { turnstile_site_key: 'x', turnstile_secret: 'hush-1' },
  });
  await made(`${at}/origins`, { origin: 'https://shop.example' });
  await made(`${at}/origins`, { origin: 'https://shop.example' });
  const key = await made(`${at}/keys`, { kind: 'secret', mode: 'live', name: 'Import' });
  const next = await made(`${at}/keys/${String(key['id'])}/rotate`, { overlap_s: 60 });
  const identity = await made(`${at}/identity-keys`, { algorithm: 'HS256' });
  const asKey = await fetch(server.url + origins, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${String(next['key'])}` },
  });
  expect(asKey.status).toBe(204);
  await page.send('DELETE', `${at}/identity-keys/${String(identity['id'])}`);
  await page.send('DELETE', `${at}/keys/${String(next['id'])}`);
  await page.send('DELETE', at);
  const { body } = await page.send('GET', '/v1/audit-events');
  expect((body['data'] as object[]).toReversed().slice(1)).toMatchObject([
    { action: 'site.created', subject: { type: 'site', id: site }, detail: { name: 'Shop' } },
    { action: 'site.changed', detail: { from: { name: 'Shop' }, to: { name: 'Lamps' } } },
    { action: 'origin.allowed', detail: { origin: 'https://shop.example' } },
    { action: 'key.created', subject: { id: key['id'] }, detail: { name: 'Import', mode: 'live' } },
    { action: 'key.rotated', subject: { id: next['id'] }, detail: { replaces: { id: key['id'] } } },
    { action: 'identity_key.created', subject: { type: 'identity_key', id: identity['id'] } },
    { action: 'origin.removed', actor: { kind: 'key', id: next['id'] } },
    { action: 'identity_key.removed', actor: { kind: 'member' } },
    { action: 'key.revoked', subject: { id: next['id'] } },
    { action: 'site.deleted', subject: { id: site } },
  ]);
  for (const secret of [key['key'], next['key'], identity['secret'], 'hush-1']) {
    expect(JSON.stringify(body)).not.toContain(secret);
  }
});

it('keeps what was done in a chain that shows any change', async () => {
  const page = await owner();
  const viewer = await invited(page, 'viewer');
  await page.send('PATCH', '/v1/tenants/current', { name: '=HYPERLINK("evil")' });
  await page.send('DELETE', `/v1/members/${viewer.id}`);
  const { body } = await page.send('GET', '/v1/audit-events?limit=2');
  expect(body['data']).toMatchObject([
    { seq: 5, action: 'member.removed', subject: { id: viewer.id }, actor: { kind: 'member' } },
    { seq: 4, action: 'tenant.changed', detail: { from: { name: 'Olga' } } },
  ]);
  const rest = await page.send('GET', `/v1/audit-events?cursor=${String(body['next_cursor'])}`);
  expect((rest.body['data'] as { action: string }[]).map(({ action }) => action)).toEqual([
    'member.joined',
    'invitation.sent',
    'tenant.created',
  ]);
  const filtered = async (query: string) => {
    const { body: found } = await page.send('GET', `/v1/audit-events?${query}`);
    return (found['data'] as { seq: number }[]).map(({ seq }) => seq);
  };
  expect(await filtered('action=member.joined')).toEqual([3]);
  expect(await filtered(`actor=${viewer.id}`)).toEqual([3]);
  expect(await filtered(`action=member.joined&created_before=${new Date(0).toISOString()}`)).toEqual([]);
  expect(await filtered(`created_after=${new Date(0).toISOString()}&limit=2`)).toEqual([5, 4]);
  expect((await page.send('GET', '/v1/audit-events?actor=nobody')).status).toBe(400);
  const exported = async (format: string) =>
    (
      await fetch(`${server.url}/v1/audit-events/export?format=${format}`, {
        headers: { cookie: page.cookie },
      })
    ).text();
  expect(
    (await exported('jsonl'))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq),
  ).toEqual([1, 2, 3, 4, 5]);
  expect((await exported('csv')).trim().split('\r\n')).toHaveLength(6);
  const verify = async () => (await page.send('GET', '/v1/audit-events/verification')).body;
  expect(await verify()).toMatchObject({ intact: true, events: 5, first_bad: null });

  const { superuser } = server.test;
  await expect(superuser.query('delete from audit_event')).rejects.toThrow('append-only');
  const account = await page.send('GET', '/v1/account');
  const [{ tenant }] = account.body['memberships'] as [{ tenant: { id: string } }];
  // Somebody who owns the database's machine.
  await superuser.query('alter table audit_event disable trigger user');
  await superuser.query('delete from audit_event where tenant_id = $1 and seq = 3', [
    decodeId('tenant', tenant.id),
  ]);
  await superuser.query('alter table audit_event enable trigger user');
  expect(await verify()).toMatchObject({ intact: false, events: 4, first_bad: 4 });
});
