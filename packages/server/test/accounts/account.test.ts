import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@imgvid/api/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetTenants } from '../../src/generations/erasure.ts';
import { decodeId } from '../../src/platform/ids.ts';
import { makeVisitor, startServer, uploadPhoto, type RunningServer } from '../support/running-server.ts';
import { browserOf, newestMail, signUp, type Browser } from './browser.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let people = 0;
const address = (name: string): string => `${name}${++people}@example.com`;
const emailOf = async (page: ReturnType<typeof browserOf>) =>
  (await page.send('GET', '/v1/account')).body['email'];

describe('another address', () => {
  it('counts once its own mail was answered, in the account that asked, and the old one is told', async () => {
    const [old, next] = [address('ada'), address('ada')];
    const page = await signUp(server, old, 'Ada');
    const elsewhere = browserOf(server);
    await elsewhere.send('POST', '/v1/sessions/link', { email: old });
    await elsewhere.send('POST', '/v1/sessions/link/open', { token: (await newestMail(server, old)).token });
    expect((await page.send('POST', '/v1/account/email', { email: next })).status).toBe(202);
    const { token } = await newestMail(server, next);
    expect((await newestMail(server, old)).template).toBe('email_change_asked');
    expect(await emailOf(page)).toBe(old);
    const eve = await signUp(server, address('eve'), 'Eve');
    const complete = (one: typeof page) => one.send('POST', '/v1/account/email/complete', { token });
    expect((await complete(browserOf(server))).status).toBe(401);
    expect((await complete(eve)).status).toBe(403);
    const before = page.cookie;
    expect((await complete(page)).status).toBe(204);
    expect(page.cookie).not.toBe(before);
    expect(await emailOf(page)).toBe(next);
    expect((await elsewhere.send('GET', '/v1/account')).status).toBe(401);
    expect((await newestMail(server, old)).template).toBe('email_changed');
    expect((await complete(page)).status).toBe(410);
  });

  it('is taken back from the old one within a week, by whoever has only that, and every session ends', async () => {
    const [old, next] = [address('ben'), address('thief')];
    const page = await signUp(server, old, 'Ben');
    await page.send('POST', '/v1/account/email', { email: next });
    const stop = (await newestMail(server, old)).token;
    const { token } = await newestMail(server, next);
    await page.send('POST', '/v1/account/email/complete', { token });
    // The thief goes on: a password of his own, and one more address to hide behind.
    await page.send('PUT', '/v1/account/password', { password: 'lantern orchard ninety 4' });
    await page.send('POST', '/v1/account/email', { email: address('thief') });
    const thiefs = (await newestMail(server, next)).token;
    const ben = browserOf(server);
    expect((await ben.send('POST', '/v1/account/email/stop', { token: stop })).status).toBe(204);
    expect((await page.send('GET', '/v1/account')).status).toBe(401);
    expect((await ben.send('POST', '/v1/account/email/stop', { token: thiefs })).status).toBe(410);
    await ben.send('POST', '/v1/sessions/link', { email: old });
    const link = (await newestMail(server, old)).token;
    expect((await ben.send('POST', '/v1/sessions/link/open', { token: link })).status).toBe(201);
    expect(await emailOf(ben)).toBe(old);
  });

  it('tells nobody whether it has an account, and needs a fresh proof', async () => {
    const taken = address('carl');
    await signUp(server, taken, 'Carl');
    const page = await signUp(server, address('dora'), 'Dora');
    const known = await page.send('POST', '/v1/account/email', { email: taken });
    expect(known).toEqual(await page.send('POST', '/v1/account/email', { email: address('free') }));
    expect(await newestMail(server, taken)).toEqual({ template: 'email_taken', token: '' });
    await server.test.superuser.query(
      `update session set confirmed_at = now() - interval '1 hour' where person_id in (select id from person where name = 'Dora')`,
    );
    expect((await page.send('POST', '/v1/account/email', { email: address('x') })).body['code']).toBe(
      'confirmation_required',
    );
  });
});

/** A tenant with one of everything, and words in it that stand nowhere else. */
async function furnished(page: Browser) {
  const word = `canary${++people}`;
  const made = async (path: string, body: object) => {
    const answer = await page.send('POST', path, body, { 'imgvid-mode': 'test' });
    expect(answer.status, path).toBe(201);
    return answer.body;
  };
  const site = String((await made('/v1/sites', { name: `${word}-site` }))['id']);
  const origin = `https://${word}.example`;
  await made(`/v1/sites/${site}/origins`, { origin });
  const keyOf = async (kind: string) =>
    String((await made(`/v1/sites/${site}/keys`, { kind, mode: 'test', name: `${word}-key` }))['key']);
  const [publishable, secret] = [await keyOf('publishable'), await keyOf('secret')];
  await made(`/v1/sites/${site}/identity-keys`, { algorithm: 'HS256' });
  await made('/v1/invitations', { email: `${word}@invited.example`, role: 'viewer' });
  const visitor = await makeVisitor(server, { publishable, origin });
  const client = createClient({ baseUrl: server.url, token: secret });
  for (const one of [visitor.client, client]) {
    const upload_id = await uploadPhoto(one);
    await one.generations.create({
      upload_id,
      product_ref: `${word}-product`,
      metadata: { note: `${word}-note` },
    });
  }
  const [{ tenant }] = (await page.send('GET', '/v1/account')).body['memberships'] as [
    { tenant: { id: string } },
  ];
  const tenantId = decodeId('tenant', tenant.id) ?? '';
  return { word, secret, publishable, origin, tenantId };
}

/** Every row of the whole database, the queue's too, that has one of the words in it. */
async function rowsWith(words: readonly string[]): Promise<string[]> {
  const { superuser } = server.test;
  const { rows: tables } = await superuser.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('public', 'pgboss')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await superuser.query<{ row: string }>(
      `select '${name} ' || t::text as row from ${name} t where t::text ~* $1`,
      [words.join('|')],
    );
    found.push(...rows.map(({ row }) => row));
  }
  return found;
}

/** What is left of a tenant, by table. */
async function tablesOf(tenantId: string): Promise<string[]> {
  const { superuser } = server.test;
  const { rows } = await superuser.query<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'`,
  );
  const left: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await superuser.query(`select 1 from "${name}" where tenant_id = $1 limit 1`, [
      tenantId,
    ]);
    if (rowCount) left.push(name);
  }
  return left.toSorted();
}

/** Its files, wherever the server keeps any. */
const filesOf = async (tenantId: string): Promise<string[]> =>
  (await readdir(join(server.dataDir, 'files'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && join(entry.parentPath, entry.name).includes(tenantId))
    .map(({ name }) => name);

/** The amounts of the ledger and the row they hang on, for a year (docs/accounts.md). */
const kept = ['ledger_account', 'ledger_transfer', 'tenant'];

describe('deletion', () => {
  it('of a tenant stops its keys at once and leaves nothing of it but the amounts of its ledger', async () => {
    const page = await signUp(server, address('olga'), 'Olga');
    const { word, secret, publishable, origin, tenantId } = await furnished(page);
    expect(await filesOf(tenantId)).not.toEqual([]);
    expect(await rowsWith([word])).not.toEqual([]);
    const gone = { name: 'Olga' };
    expect((await page.send('POST', '/v1/tenants/current/deletion', { name: 'olga' })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'name' }],
    });
    await server.test.superuser.query(`update session set confirmed_at = now() - interval '1 hour'`);
    expect((await page.send('POST', '/v1/tenants/current/deletion', gone)).body['code']).toBe(
      'confirmation_required',
    );
    await server.test.superuser.query('update session set confirmed_at = now()');
    expect((await page.send('POST', '/v1/tenants/current/deletion', gone)).status).toBe(204);

    const credits = () =>
      fetch(`${server.url}/v1/credits`, { headers: { authorization: `Bearer ${secret}` } });
    await expect.poll(async () => (await credits()).status).toBe(401);
    await expect(makeVisitor(server, { publishable, origin })).rejects.toThrow();
    expect((await page.send('GET', '/v1/account')).body['memberships']).toEqual([]);
    await expect.poll(() => tablesOf(tenantId), { timeout: 20_000 }).toEqual(kept);
    expect(await rowsWith([word, publishable.slice(0, 12), secret.slice(0, 12)])).toEqual([]);
    expect(await filesOf(tenantId)).toEqual([]);
    const { rows } = await server.test.superuser.query<{ sum: number; held: number; told: number }>(
      `select sum(balance)::int as sum, sum(balance) filter (where kind = 'held')::int as held,
         (select count(*)::int from ledger_transfer t where t.tenant_id = $1
            and (reason is not null or generation_id is not null or idempotency_key <> id::text)) as told
       from ledger_account where tenant_id = $1`,
      [tenantId],
    );
    expect(rows).toEqual([{ sum: 0, held: 0, told: 0 }]);

    const year = 366 * 86_400_000;
    const clock = { now: () => new Date(Date.now() + year) };
    await forgetTenants({ database: server.database, clock });
    expect(await tablesOf(tenantId)).toEqual([]);
  }, 60_000);

  it('of an account is refused to the owner of what others use, and takes with it what nobody else does', async () => {
    const [email, other] = [address('pia'), address('quinn')];
    const page = await signUp(server, email, 'Pia');
    const { tenantId } = await furnished(page);
    const quinn = await signUp(server, other, 'Quinn');
    const [{ tenant }] = (await quinn.send('GET', '/v1/account')).body['memberships'] as [
      { tenant: { id: string } },
    ];
    const invite = (one: Browser, to: string) =>
      one.send('POST', '/v1/invitations', { email: to, role: 'admin' });
    const join = async (one: Browser, to: string) =>
      one.send('POST', '/v1/account/invitations/accept', { token: (await newestMail(server, to)).token });
    const home = (await page.send('GET', '/v1/account')).body['memberships'] as [{ tenant: { id: string } }];
    const ofPia = { 'imgvid-tenant': home[0].tenant.id };
    await invite(page, other);
    await join(quinn, other);
    await quinn.send('POST', '/v1/invitations', { email, role: 'viewer' }, { 'imgvid-tenant': tenant.id });
    await join(page, email);

    const remove = (one: Browser, typed: string) =>
      one.send('POST', '/v1/account/deletion', { email: typed });
    expect((await remove(page, other)).body['code']).toBe('invalid_request');
    const refused = await remove(page, email);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(refused.body['detail']).toBe('You own “Pia”, which others use. Hand it over or delete it first.');
    const members = (await page.send('GET', '/v1/members', undefined, ofPia)).body['data'] as {
      id: string;
      you: boolean;
    }[];
    const quinnsId = members.find(({ you }) => !you)?.id ?? '';
    expect((await page.send('DELETE', `/v1/members/${quinnsId}`, undefined, ofPia)).status).toBe(204);
    expect((await remove(page, email)).status).toBe(204);

    expect(page.cookie).toBe('imgvid=');
    const log = await quinn.send('GET', '/v1/audit-events?limit=1', undefined, {
      'imgvid-tenant': tenant.id,
    });
    expect(log.body['data']).toMatchObject([{ action: 'member.left', detail: { account: 'deleted' } }]);
    await expect.poll(() => tablesOf(tenantId), { timeout: 20_000 }).toEqual(kept);
    // Only the tenant she was invited to still says whom it had invited.
    const left = await rowsWith([email]);
    expect(left.filter((row) => !row.startsWith('public.audit_event '))).toEqual([]);
    await browserOf(server).send('POST', '/v1/sessions/link', { email });
    expect((await newestMail(server, email)).template).toBe('no_account');
  }, 60_000);
});
