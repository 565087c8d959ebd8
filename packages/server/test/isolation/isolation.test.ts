import type { NewIdentityKey, NewKey } from '@imgvid/api';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId, encodeId } from '../../src/platform/ids.ts';
import { hashKey, keyPrefix, mintKey, type Mode } from '../../src/sites/keys.ts';
import {
  makeTenant,
  makeVisitor,
  startServer,
  uploadPhoto,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';
import { attack, probesOf, readPaths, rowsOf, type Attacker, type Victim } from './probes.ts';

/*
 * Nobody reaches what is not his: every route of the API, called with every kind of id of a victim, by everybody
 * who must not see it.
 */

let server: RunningServer;
let shop: TestTenant;
let victim: Victim;
let attackers: Attacker[];
let bodies: Record<string, (victim: Victim) => unknown>;

async function manage<T>(
  { siteId, secret }: TestTenant,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${server.url}/v1/sites/${siteId}${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** One of everything, with a text in it that stands nowhere else. */
async function makeVictim(): Promise<Victim> {
  const canary = (what: string): string => `canary-${what}`;
  await manage(shop, 'PATCH', '', {
    name: canary('site'),
    look: { texts: { '*': { title: canary('text') } } },
  });
  await manage(shop, 'POST', '/origins', { origin: 'https://canary.example' });
  const key = await manage<NewKey>(shop, 'POST', '/keys', {
    kind: 'secret',
    mode: 'live',
    name: canary('key'),
  });
  const identity = await manage<NewIdentityKey>(shop, 'POST', '/identity-keys', { algorithm: 'HS256' });
  const visitor = await makeVisitor(server, shop);
  const upload = await uploadPhoto(visitor.client);
  const generation = await visitor.client.generations.create({
    upload_id: upload,
    product_ref: canary('product'),
    metadata: { note: canary('metadata') },
    prompt: canary('prompt'),
  });
  const ownUpload = await uploadPhoto(shop.client);
  const own = await shop.client.generations.create({ upload_id: ownUpload, product_ref: canary('product') });
  await whatProvidersLeave(generation.id);
  const names = ['site', 'text', 'key', 'product', 'metadata', 'prompt', 'origin'].map(canary);
  return {
    tenantId: shop.tenantId,
    ids: {
      gen: generation.id,
      upl: upload,
      // Of the shop's own server, so of no visitor.
      own_gen: own.id,
      own_upl: ownUpload,
      site: shop.siteId,
      key: key.id,
      idk: identity.id,
      vis: visitor.visitorId,
      ...(await makeMember()),
    },
    canaries: [
      ...names,
      'canary-person',
      'canary-passkey',
      'canary@invited.example',
      victimEmail,
      'https://canary.example',
      key.prefix,
      ...[generation.id, own.id, upload, ownUpload].map((id) => `"id":"${id}"`),
    ],
  };
}

/** Rows of what only an outside provider and the end of a video bring about. */
async function whatProvidersLeave(generation: string): Promise<void> {
  const values = [shop.tenantId, decodeId('gen', generation)];
  for (const insert of [
    `provider_attempt (tenant_id, id, generation_id, provider, model) values ($1, gen_random_uuid(), $2, 'kie', 'kie/runway')`,
    `outbox_event (tenant_id, id, type, subject_id, data) values ($1, gen_random_uuid(), 'generation.failed', $2, '{}')`,
    `content_refusal (tenant_id, day, provider, count) select $1, current_date, 'kie', 1 where $2::uuid is not null`,
  ])
    await server.test.superuser.query(`insert into ${insert}`, values);
}

async function makeAttackers(): Promise<Attacker[]> {
  const other = await makeTenant(server, { mode: 'live' });
  const otherTest = await makeTenant(server, { mode: 'test' });
  const stranger = await makeVisitor(server, other);
  const neighbour = await makeVisitor(server, shop);
  const ofShop = (wish: object) =>
    manage<NewKey>(shop, 'POST', '/keys', { kind: 'secret', mode: 'live', ...wish });
  const [revoked, expired, narrow] = [
    await ofShop({}),
    await ofShop({}),
    await ofShop({ scopes: ['usage:read'] }),
  ];
  await manage(shop, 'DELETE', `/keys/${revoked.id}`);
  const ended = await makeVisitor(server, {
    ...shop,
    publishable: (await ofShop({ kind: 'publishable' })).key,
  });
  const { rows } = await server.test.superuser.query<{ id: string }>(
    `update api_key set expires_at = now() - interval '1 day' where id = $1 or (kind = 'publishable' and name = 'Key'
       and tenant_id = $2 and id <> (select min(id::text)::uuid from api_key where tenant_id = $2 and kind = 'publishable'))
     returning id`,
    [decodeId('key', expired.id), shop.tenantId],
  );
  expect(rows).toHaveLength(2);
  const test = await keyOf(shop, 'test');
  const bearer = (token: string, headers: Record<string, string> = {}) => ({
    authorization: `Bearer ${token}`,
    ...headers,
  });
  bodies = makeBodies(other, neighbour.proof);
  const member = await signUp('member@other.example', 'Other');
  return [
    { name: 'nobody', headers: {} },
    { name: 'a token made up', headers: bearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.') },
    { name: 'the publishable key', headers: bearer(shop.publishable, { origin: shop.origin }) },
    { name: 'another tenant', headers: bearer(other.secret) },
    { name: 'another tenant in test mode', headers: bearer(otherTest.secret) },
    { name: 'a visitor of another tenant', headers: bearer(stranger.token, { origin: other.origin }) },
    { name: 'that visitor, with a forged origin', headers: bearer(stranger.token, { origin: shop.origin }) },
    { name: 'another visitor of the site', headers: bearer(neighbour.token, { origin: shop.origin }) },
    { name: 'a visitor whose key has ended', headers: bearer(ended.token, { origin: shop.origin }) },
    { name: 'a member of another tenant', headers: member },
    {
      name: 'that member, naming this tenant',
      headers: { ...member, 'imgvid-tenant': encodeId('tenant', shop.tenantId) },
    },
    ...(await makeColleagues()),
    { name: 'a member, from another page', headers: { ...member, origin: shop.origin } },
    { name: 'a revoked key', headers: bearer(revoked.key) },
    { name: 'an expired key', headers: bearer(expired.key) },
    { name: 'a key without the scope', headers: bearer(narrow.key) },
    { name: 'the secret key, from a page', headers: bearer(shop.secret, { origin: shop.origin }) },
    // What a site is holds for both modes, so its test key may read it.
    {
      name: 'the tenant in test mode',
      headers: bearer(test),
      mayRead: /^\/v1\/sites(\/site_\w+(\/(origins|identity-keys|keys|limits\/use))?)?(\?|$)/,
    },
  ];
}

/** What his browser sends, who is a member of the shop. */
async function colleague(name: string, role: string): Promise<Record<string, string>> {
  const email = `${name}@colleague.example`;
  const headers = await signUp(email, name);
  await server.test.superuser.query(
    `insert into membership (tenant_id, person_id, role, created_at)
       select $1, id, $3, now() from person where email = $2`,
    [shop.tenantId, email, role],
  );
  return { ...headers, 'imgvid-tenant': encodeId('tenant', shop.tenantId) };
}

/** Of the same tenant: each tries what his role may not. */
async function makeColleagues(): Promise<Attacker[]> {
  const may: Record<string, Omit<Attacker, 'name' | 'headers'>> = {
    // Not even see keys and the log.
    viewer: { mayRead: /^(?!.*(keys|audit-events|\/v1\/sessions))/ },
    billing: { mayRead: /^(?!.*(keys|audit-events|\/v1\/sessions))/ },
    developer: { tries: /audit-events|^(?!GET).*\/v1\/(members|invitations|tenants\/current|sessions)/ },
    admin: { tries: /audit-events|^POST \/v1\/tenants\/current|^(?!GET).*\/v1\/sessions/ },
  };
  const colleagues: Attacker[] = [];
  for (const [role, how] of Object.entries(may)) {
    const headers = await colleague(role, role);
    colleagues.push({ name: `a member with the role ${role}`, headers, ...how });
  }
  for (const [name, end] of [
    ['an expired session', "update session set expires_at = now() - interval '1 s'"],
    ['a session that was not used for long', "update session set idle_ends_at = now() - interval '1 s'"],
    ['a revoked session', 'delete from session'],
    ['a session whose person was removed', 'delete from membership'],
  ] as const) {
    const email = `${name.replaceAll(' ', '-')}@colleague.example`;
    const headers = await colleague(name.replaceAll(' ', '-'), 'admin');
    await server.test.superuser.query(`${end} where person_id = (select id from person where email = $1)`, [
      email,
    ]);
    colleagues.push({ name, headers });
  }
  return colleagues;
}

/** A key makes keys of its own mode, so this one comes from the database, as the console would make it. */
async function keyOf({ tenantId, siteId }: TestTenant, mode: Mode): Promise<string> {
  const text = mintKey('secret', mode);
  await server.test.superuser.query(
    `insert into api_key (tenant_id, id, site_id, kind, mode, prefix, hash) values ($1, gen_random_uuid(), $2, 'secret', $5, $3, $4)`,
    [tenantId, decodeId('site', siteId), keyPrefix(text), hashKey(text), mode],
  );
  return text;
}

const victimEmail = 'canary@victim.example';
const guess = 'A'.repeat(43);
const passkeyGuess = {
  id: guess,
  rawId: guess,
  type: 'public-key',
  response: {
    clientDataJSON: Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge: guess })).toString(
      'base64url',
    ),
    attestationObject: guess,
    authenticatorData: guess,
    signature: guess,
  },
};

/** Somebody with an account and a tenant of his own. Returns what his browser sends. */
async function signUp(email: string, name: string): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'imgvid-console': '1' };
  const post = (path: string, body: object) =>
    fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await post('/v1/account/sign-up', { email });
  const outbox = (await (await fetch(`${server.url}/dev/outbox.json`)).json()) as {
    data: { to: string; link: { url: string } }[];
  };
  const token = outbox.data.find(({ to }) => to === email)?.link.url.split('#token=')[1];
  const made = await post('/v1/account/sign-up/complete', { token, name, tenant_name: name });
  if (made.status !== 201) throw new Error(await made.text());
  const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { cookie, 'imgvid-console': '1' };
}

/** The owner of the shop, who has invited somebody. */
async function makeMember(): Promise<{ ses: string; person: string; inv: string; passkey: string }> {
  const headers = await signUp(victimEmail, 'canary-person');
  await server.test.superuser.query(
    `insert into membership (tenant_id, person_id, role, created_at)
       select $1, id, 'owner', now() from person where email = $2`,
    [shop.tenantId, victimEmail],
  );
  const passkeys = await server.test.superuser.query<{ id: string }>(
    `insert into person_passkey (person_id, id, credential_id, public_key, counter, name, backed_up, created_at)
       select id, gen_random_uuid(), 'x', 'x', 0, 'canary-passkey', false, now() from person where email = $1 returning id`,
    [victimEmail],
  );
  const get = async <T>(path: string): Promise<T> =>
    (await fetch(server.url + path, { headers })).json() as Promise<T>;
  const { data } = await get<{ data: { id: string }[] }>('/v1/sessions');
  const invitation = await fetch(`${server.url}/v1/invitations`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'imgvid-tenant': encodeId('tenant', shop.tenantId),
    },
    body: JSON.stringify({ email: 'canary@invited.example', role: 'viewer' }),
  });
  const inv = (await invitation.json()) as { id: string };
  return {
    ses: data[0]?.id ?? '',
    person: (await get<{ id: string }>('/v1/account')).id,
    inv: inv.id,
    passkey: encodeId('passkey', passkeys.rows[0]?.id ?? ''),
  };
}

const makeBodies = (own: TestTenant, proof: string): typeof bodies => {
  const generation = ({ ids }: Victim) => ({ upload_id: ids['upl'], product_ref: 'mine' });
  return {
    'POST /v1/visitor-sessions': ({ ids }) => ({
      key: own.publishable,
      visitor_id: ids['vis'],
      visitor_proof: proof,
    }),
    'POST /v1/account/sign-up': () => ({ email: victimEmail }),
    'POST /v1/account/sign-up/complete': () => ({ token: guess, name: 'x', tenant_name: 'x' }),
    'POST /v1/account/password-reset': () => ({ email: victimEmail }),
    'POST /v1/account/password-reset/complete': () => ({
      token: guess,
      password: 'lantern orchard ninety 4',
    }),
    'POST /v1/account/email': () => ({ email: victimEmail }),
    'POST /v1/account/email/complete': () => ({ token: guess }),
    'POST /v1/account/email/stop': () => ({ token: guess }),
    'POST /v1/account/passkeys': () => ({ name: 'x', credential: passkeyGuess }),
    'PATCH /v1/account/passkeys/{id}': () => ({ name: 'taken over' }),
    'POST /v1/sessions/passkey': () => ({ credential: passkeyGuess }),
    // Too easy on purpose: the attackers who are signed in stay so.
    'PUT /v1/account/password': () => ({ password: 'password' }),
    'POST /v1/account/totp/confirm': () => ({ code: '000000' }),
    'POST /v1/account/sign-up/invited': () => ({ token: guess, name: 'x' }),
    'POST /v1/account/invitations/view': () => ({ token: guess }),
    'POST /v1/account/invitations/accept': () => ({ token: guess }),
    'POST /v1/tenants': () => ({ name: 'mine' }),
    'PATCH /v1/tenants/current': () => ({ name: 'taken over' }),
    'POST /v1/tenants/current/transfer': ({ ids }) => ({ to: ids['person'] }),
    'POST /v1/tenants/current/deletion': () => ({ name: 'A shop' }),
    // Not their own address: the attackers who are signed in stay so.
    'POST /v1/account/deletion': () => ({ email: victimEmail }),
    'PATCH /v1/members/{id}': () => ({ role: 'viewer' }),
    'POST /v1/invitations': () => ({ email: 'eve@evil.example', role: 'admin' }),
    'POST /v1/sessions': () => ({ email: victimEmail, password: 'a guess' }),
    'POST /v1/sessions/link': () => ({ email: victimEmail }),
    'POST /v1/sessions/link/open': () => ({ token: guess }),
    'POST /v1/sessions/second-factor': () => ({ recovery_code: 'aaaaa-aaaaa' }),
    'POST /v1/sessions/current/confirm': () => ({ password: 'a guess' }),
    'POST /v1/uploads': () => ({ content_type: 'image/jpeg', byte_size: 1000 }),
    'POST /v1/generations': generation,
    'POST /v1/generations/quote': generation,
    'POST /v1/sites': () => ({ name: 'mine' }),
    'PATCH /v1/sites/{id}': () => ({ name: 'taken over' }),
    'POST /v1/sites/{id}/origins': () => ({ origin: 'https://evil.example' }),
    'POST /v1/sites/{id}/keys': () => ({ kind: 'secret', mode: 'live' }),
    'POST /v1/sites/{id}/keys/{key_id}/rotate': () => ({ overlap_s: 0 }),
    'POST /v1/sites/{id}/identity-keys': () => ({ algorithm: 'HS256' }),
  };
};

beforeAll(async () => {
  server = await startServer({ IMGVID_ROLE: 'api' });
  shop = await makeTenant(server, { mode: 'live' });
  victim = await makeVictim();
  attackers = await makeAttackers();
}, 60_000);
afterAll(() => server.stop());

/** The rows that may come: an attacker of the same tenant uploads photos of his own. */
const ownDoings = /^(upload|visitor|idempotency_key) /;

describe('every route', () => {
  it('shows nothing and changes nothing for whoever is not the owner', async () => {
    const { probes, without } = probesOf(await readPaths(server), victim, bodies);
    expect(without, 'routes that nobody said how to attack').toEqual([]);
    const before = await rowsOf(server, victim.tenantId);
    const { sent, leaks, statuses } = await attack(server, victim, attackers, probes);
    const after = await rowsOf(server, victim.tenantId);
    const sessions = await server.test.superuser.query(
      'select 1 from session s join person p on p.id = s.person_id where p.email = $1',
      [victimEmail],
    );
    expect(sessions.rows).toHaveLength(1);
    // oxlint-disable-next-line no-console -- the number is what a reader wants to know
    console.log(`isolation: ${sent} probes, ${leaks.length} leaks, answers ${JSON.stringify(statuses)}`);
    expect(leaks.slice(0, 20)).toEqual([]);
    const changed = [
      ...before.filter((row) => !after.includes(row)),
      ...after.filter((row) => !before.includes(row) && !ownDoings.test(row)),
    ];
    expect(changed.slice(0, 5)).toEqual([]);
    expect(sent).toBeGreaterThan(5000);
  }, 180_000);
});

describe('test mode', () => {
  it('is hidden from a live key of the same tenant', async () => {
    const tester = await makeTenant(server, { mode: 'test' });
    const upload = await uploadPhoto(tester.client);
    const generation = await tester.client.generations.create({
      upload_id: upload,
      product_ref: 'canary-test',
    });
    const live = await keyOf(tester, 'live');
    const hidden = {
      tenantId: tester.tenantId,
      ids: { gen: generation.id, upl: upload },
      canaries: ['canary-test', upload],
    };
    const { probes } = probesOf(await readPaths(server), hidden, bodies);
    const used = probes.filter(({ path }) => /^\/v1\/(generations|uploads|credits|usage)/.test(path));
    const attacker = { name: 'the tenant in live mode', headers: { authorization: `Bearer ${live}` } };
    const before = await rowsOf(server, tester.tenantId);
    const { leaks } = await attack(server, hidden, [attacker], used);
    expect(leaks).toEqual([]);
    const after = await rowsOf(server, tester.tenantId);
    expect(before.filter((row) => !after.includes(row))).toEqual([]);
  });
});

describe('a forgotten where', () => {
  it('finds the rows of the scope alone, in every table, and changes no other', async () => {
    const { rows: tables } = await server.test.superuser.query<{ name: string }>(
      `select distinct table_name as name from information_schema.role_table_grants
         where grantee = 'imgvid_app' and privilege_type = 'SELECT' and table_schema = 'public'
           and table_name in (select table_name from information_schema.columns where column_name = 'tenant_id')`,
    );
    expect(tables.length).toBeGreaterThan(12);
    const before = await rowsOf(server, victim.tenantId);
    const full = new Set(before.map((row) => row.slice(0, row.indexOf(' '))));
    // A table in which the victim has nothing would show nothing, whatever its policy says.
    expect(tables.filter(({ name }) => !full.has(name)).map(({ name }) => name)).toEqual([]);
    const other = await makeTenant(server, { mode: 'live' });
    for (const { name } of tables) {
      const { rows } = await server.database.withTenant({ tenantId: other.tenantId }, (trx) =>
        trx.executeQuery<{ tenant_id: string }>(CompiledQuery.raw(`select * from "${name}"`)),
      );
      expect(
        rows.filter((row) => row.tenant_id !== other.tenantId),
        name,
      ).toEqual([]);
    }
    const statements = [
      `update site set name = 'x'`,
      'update api_key set revoked_at = now()',
      `update generation set status = 'canceled', completed_at = now()`,
      'delete from upload where false or id is not null and not exists (select 1 from generation)',
      'delete from generation_event',
      `update visitor set last_seen_at = now()`,
    ];
    for (const statement of statements) {
      await server.database.withTenant({ tenantId: other.tenantId }, (trx) =>
        trx.executeQuery(CompiledQuery.raw(statement)),
      );
    }
    expect(await rowsOf(server, victim.tenantId)).toEqual(before);
  });
});

describe('without the policies', () => {
  it('this test would fail', async () => {
    for (const table of ['generation', 'upload']) {
      await server.test.superuser.query(`drop policy own on ${table}`);
      await server.test.superuser.query(`create policy own on ${table} to imgvid_app using (true)`);
    }
    const neighbour = attackers.filter(({ name }) => name === 'another visitor of the site');
    const reading = Object.fromEntries(
      Object.entries(await readPaths(server)).map(([path, { get }]) => [path, get ? { get } : {}]),
    );
    const { leaks } = await attack(server, victim, neighbour, probesOf(reading, victim, bodies).probes);
    expect(leaks.map(({ probe }) => probe)).toContain(`GET /v1/generations/${victim.ids['gen']}?`);
    expect(leaks.length).toBeGreaterThan(2);
  });
});
