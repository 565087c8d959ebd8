import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../support/running-server.ts';
import { browserOf, newestMail, signUp } from './browser.ts';

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
