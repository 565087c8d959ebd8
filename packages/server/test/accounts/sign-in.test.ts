import { createHmac } from 'node:crypto';
import { generate } from 'otplib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPasswords } from '../../src/accounts/index.ts';
import { startServer, type RunningServer } from '../support/running-server.ts';
import { SoftPasskey } from './authenticator.ts';
import { browserOf, newestMail, type Browser } from './browser.ts';

const origin = 'http://imgvid.localhost';
let server: RunningServer;
beforeAll(async () => {
  // The limits of production: guessing is stopped by them.
  server = await startServer({
    IMGVID_RATE_LIMIT_FACTOR: '1',
    IMGVID_ROLE: 'api',
    // Passkeys hold for a host name.
    IMGVID_PUBLIC_URL: origin,
  });
});
afterAll(() => server.stop());

const password = 'violin harbour mosaic 7';
let people = 0;

const browser = () => browserOf(server);

async function signedUp() {
  const email = `ada${++people}@example.com`;
  const page = browser();
  await page.send('POST', '/v1/account/sign-up', { email });
  const { token } = await newestMail(server, email);
  const made = await page.send('POST', '/v1/account/sign-up/complete', {
    token,
    name: 'Ada',
    password,
    tenant_name: 'Her shop',
  });
  expect(made).toMatchObject({ status: 201, body: { status: 'signed_in' } });
  return { email, page, token };
}

async function withTotp() {
  const person = await signedUp();
  const { body } = await person.page.send('POST', '/v1/account/totp');
  const secret = String(body['secret']);
  const used = await generate({ secret });
  const on = await person.page.send('POST', '/v1/account/totp/confirm', { code: used });
  expect(on.status).toBe(200);
  return { ...person, secret, used, codes: on.body['recovery_codes'] as string[] };
}

it('signs up by a link that works once, and the owner reaches his tenant', async () => {
  const { page, token } = await signedUp();
  expect((await page.send('GET', '/v1/account')).body).toMatchObject({
    has_password: true,
    memberships: [{ tenant: { name: 'Her shop' }, role: 'owner' }],
  });
  expect((await page.send('GET', '/v1/credits')).status).toBe(200);
  const again = await browser().send('POST', '/v1/account/sign-up/complete', {
    token,
    name: 'Eve',
    tenant_name: 'Hers',
  });
  expect(again).toMatchObject({ status: 410, body: { code: 'gone' } });
});

it('answers alike whether or not an address has an account', async () => {
  const { email } = await signedUp();
  for (const path of ['/v1/account/sign-up', '/v1/sessions/link', '/v1/account/password-reset']) {
    const known = await browser().send('POST', path, { email });
    const unknown = await browser().send('POST', path, { email: `nobody${++people}@example.com` });
    expect(known, path).toEqual(unknown);
    expect(known.status).toBe(202);
  }
  const sign = (who: string) =>
    browser().send('POST', '/v1/sessions', { email: who, password: 'wrong wrong' });
  const [known, unknown] = [await sign(email), await sign('nobody@example.com')];
  expect({ ...known.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  expect(known.status).toBe(401);
});

it('refuses common passwords', async () => {
  const email = `ada${++people}@example.com`;
  await browser().send('POST', '/v1/account/sign-up', { email });
  const { token } = await newestMail(server, email);
  for (const bad of ['short', 'password1234', 'qwertyuiop123']) {
    const answer = await browser().send('POST', '/v1/account/sign-up/complete', {
      token,
      name: 'Ada',
      tenant_name: 'Shop',
      password: bad,
    });
    expect(answer, bad).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  }
});

it('takes no session from another page, nor without the header no form can set', async () => {
  const { page } = await signedUp();
  const foreign = { origin: 'https://evil.example' };
  expect((await page.send('GET', '/v1/account', undefined, foreign)).status).toBe(403);
  expect((await page.send('GET', '/v1/account', undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(
    403,
  );
  expect((await page.send('POST', '/v1/account/totp', {}, { 'imgvid-console': '' })).status).toBe(403);
  expect((await page.send('GET', '/v1/account')).status).toBe(200);
});

it('gives a new token at sign-in, whatever cookie came with it', async () => {
  const { email } = await signedUp();
  const page = browser();
  page.cookie = `imgvid=${'x'.repeat(43)}`;
  await page.send('POST', '/v1/sessions', { email, password });
  expect(page.cookie).not.toContain('xxx');
});

it('opens nothing before the second factor, and takes no code twice', async () => {
  const { email, secret, used } = await withTotp();
  const page = browser();
  expect((await page.send('POST', '/v1/sessions', { email, password })).body).toMatchObject({
    status: 'second_factor_required',
  });
  const pending = page.cookie;
  expect((await page.send('GET', '/v1/account')).status).toBe(401);
  expect((await page.send('GET', '/v1/credits')).status).toBe(401);
  // The code that turned it on was taken already.
  expect((await page.send('POST', '/v1/sessions/second-factor', { code: used })).status).toBe(401);
  const next = await generate({ secret, epoch: Math.floor(Date.now() / 1000) + 30 });
  expect((await page.send('POST', '/v1/sessions/second-factor', { code: next })).status).toBe(200);
  expect(page.cookie).not.toBe(pending);
  expect((await page.send('GET', '/v1/account')).status).toBe(200);
});

it('keeps recovery codes so that the database alone does not tell which guess is right', async () => {
  const { email, codes } = await withTotp();
  const { rows } = await server.test.superuser.query<{ id: string; hash: Buffer }>(
    'select p.id, c.hash from recovery_code c join person p on p.id = c.person_id where p.email = $1',
    [email],
  );
  const guess = (codes[0] ?? '').replace('-', '');
  const kept = rows.map(({ hash }) => hash.toString('hex'));
  for (const key of ['', rows[0]?.id ?? '', email]) {
    expect(kept).not.toContain(createHmac('sha256', key).update(guess).digest('hex'));
    expect(kept).not.toContain(createHmac('sha256', key).update(`${rows[0]?.id} ${guess}`).digest('hex'));
  }
});

it('makes the hash of a password anew at sign-in once hashing costs more', async () => {
  const { email } = await signedUp();
  const { superuser } = server.test;
  const ofHer = 'person_id = (select id from person where email = $1)';
  const cheap = await openPasswords(8).hash(password);
  await superuser.query(`update person_password set hash = $2 where ${ofHer}`, [email, cheap]);
  const sign = async (given: string) =>
    (await browser().send('POST', '/v1/sessions', { email, password: given })).status;
  const kept = async () =>
    (await superuser.query<{ hash: string }>(`select hash from person_password where ${ofHer}`, [email]))
      .rows[0]?.hash;
  expect(await sign('not her password')).toBe(401);
  expect(await kept()).toBe(cheap);
  expect(await sign(password)).toBe(201);
  expect(await kept()).toMatch(/^scrypt\$1024\$/);
  expect(await sign(password)).toBe(201);
});

it('takes a recovery code once, and stops guessing', async () => {
  const { email, codes } = await withTotp();
  const give = async (recovery_code: string) => {
    const page = browser();
    await page.send('POST', '/v1/sessions', { email, password });
    return (await page.send('POST', '/v1/sessions/second-factor', { recovery_code })).status;
  };
  expect(await give(codes[0] ?? '')).toBe(200);
  expect(await give(codes[0] ?? '')).toBe(401);
  const tries: number[] = [];
  for (let i = 0; i < 9; i++) tries.push(await give('aaaaa-aaaaa'));
  expect(tries.at(-1)).toBe(429);
});

it('ends every session with a new password, and the link to choose it works once', async () => {
  const { email, page } = await signedUp();
  await browser().send('POST', '/v1/account/password-reset', { email });
  const { token } = await newestMail(server, email);
  const change = { token, password: 'lantern orchard ninety 4' };
  expect((await browser().send('POST', '/v1/account/password-reset/complete', change)).status).toBe(204);
  expect((await browser().send('POST', '/v1/account/password-reset/complete', change)).status).toBe(410);
  expect((await page.send('GET', '/v1/account')).status).toBe(401);
  expect((await browser().send('POST', '/v1/sessions', { email, password })).status).toBe(401);
});

const challenge = async (page: Browser, path: string): Promise<string> => {
  const { body } = await page.send('POST', path);
  return (body['options'] as { challenge: string }).challenge;
};
const toSignIn = (page: Browser) => challenge(page, '/v1/sessions/passkey/options');

async function withPasskey() {
  const person = await signedUp();
  const passkey = new SoftPasskey(origin);
  const credential = passkey.create(await challenge(person.page, '/v1/account/passkeys/options'));
  const added = await person.page.send('POST', '/v1/account/passkeys', { name: 'My key', credential });
  expect(added.status).toBe(201);
  return { ...person, passkey, credential, added: added.body };
}

it('takes a passkey for both factors, without an address, and each challenge once', async () => {
  const { email, page, passkey, credential, added } = await withPasskey();
  expect(added['recovery_codes']).toHaveLength(10);
  const again = await page.send('POST', '/v1/account/passkeys', { name: 'Once more', credential });
  expect(again.status).toBe(410);

  const other = browser();
  const answer = passkey.get(await toSignIn(other));
  expect((await other.send('POST', '/v1/sessions/passkey', { credential: answer })).body).toEqual({
    status: 'signed_in',
    methods: [],
  });
  expect((await other.send('GET', '/v1/account')).body).toMatchObject({
    email,
    second_factor: { passkeys: 1 },
  });
  expect((await browser().send('POST', '/v1/sessions/passkey', { credential: answer })).status).toBe(410);

  const byPassword = browser();
  expect((await byPassword.send('POST', '/v1/sessions', { email, password })).body).toEqual({
    status: 'second_factor_required',
    methods: ['passkey', 'recovery_code'],
  });
  const proof = passkey.get(await toSignIn(byPassword));
  expect((await byPassword.send('POST', '/v1/sessions/second-factor', { passkey: proof })).status).toBe(200);
  expect((await byPassword.send('GET', '/v1/account')).status).toBe(200);
});

it('refuses a passkey of another page, another person or made up, and one that was copied', async () => {
  const { page, passkey } = await withPasskey();
  const stranger = await withPasskey();
  const signIn = async (credential: object) =>
    (await browser().send('POST', '/v1/sessions/passkey', { credential })).status;
  const anybody = browser();
  expect(await signIn(passkey.get(await toSignIn(anybody), 'https://imgvid.evil.example'))).toBe(401);
  expect(await signIn(new SoftPasskey(origin).get(await toSignIn(anybody)))).toBe(401);
  const forged = {
    ...new SoftPasskey(origin).get(await toSignIn(anybody)),
    id: passkey.id,
    rawId: passkey.id,
  };
  expect(await signIn(forged)).toBe(401);
  expect(await signIn(passkey.get('A'.repeat(43)))).toBe(410);
  // A challenge for adding one is none for signing in.
  expect(await signIn(passkey.get(await challenge(page, '/v1/account/passkeys/options')))).toBe(410);
  const foreign = stranger.passkey.get(await toSignIn(page));
  expect((await page.send('POST', '/v1/sessions/current/confirm', { passkey: foreign })).status).toBe(401);
  const foreignNew = new SoftPasskey(origin).create(
    await challenge(stranger.page, '/v1/account/passkeys/options'),
  );
  const added = await page.send('POST', '/v1/account/passkeys', { name: 'x', credential: foreignNew });
  expect(added.status).toBe(403);

  expect(await signIn(passkey.get(await toSignIn(anybody)))).toBe(201);
  passkey.counter -= 2;
  expect(await signIn(passkey.get(await toSignIn(anybody)))).toBe(401);
});

it('forgets a removed passkey, and the second factor with the last', async () => {
  const { email, page, passkey, added } = await withPasskey();
  const { id } = added['passkey'] as { id: string };
  expect((await page.send('PATCH', `/v1/account/passkeys/${id}`, { name: 'Phone' })).status).toBe(204);
  const used = passkey.get(await toSignIn(browser()));
  await browser().send('POST', '/v1/sessions/passkey', { credential: used });
  const { data } = (await page.send('GET', '/v1/account/passkeys')).body as {
    data: Record<string, unknown>[];
  };
  expect(data).toMatchObject([{ name: 'Phone', backed_up: false }]);
  expect(data[0]?.['last_used_at']).not.toBeNull();
  expect((await page.send('DELETE', `/v1/account/passkeys/${id}`)).status).toBe(204);
  const answer = passkey.get(await toSignIn(browser()));
  expect((await browser().send('POST', '/v1/sessions/passkey', { credential: answer })).status).toBe(401);
  expect((await browser().send('POST', '/v1/sessions', { email, password })).body['status']).toBe(
    'signed_in',
  );
  expect((await page.send('GET', '/v1/account')).body['second_factor']).toEqual({
    totp: false,
    passkeys: 0,
    recovery_codes_left: 0,
  });
});
