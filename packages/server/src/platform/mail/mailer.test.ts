import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, testLog, type TestDatabase } from '../../../test/support/database.ts';
import { systemClock } from '../clock.ts';
import { createSealer } from '../crypto.ts';
import { openQueue, type Queue } from '../queue/index.ts';
import { openMailer, startMailWorker, type Mail, type Mailer } from './index.ts';

interface Received {
  from: string;
  to: string[];
  raw: string;
}

let db: TestDatabase;
let queue: Queue;
let mailer: Mailer;
let server: SMTPServer | undefined;
let port: number;
let stopWorker: () => Promise<void>;
const received: Received[] = [];

/** A real mail server. It knows nobody called “nobody”, and says so with the address in it, as they do. */
const smtp = (): SMTPServer =>
  new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      if (!address.startsWith('nobody')) return done();
      done(Object.assign(new Error(`5.1.1 <${address}>: no such user`), { responseCode: 550 }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          from: (envelope.mailFrom as { address: string }).address,
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
  });

const mailTo = (to: string, more: Partial<Mail> = {}): Mail => ({
  template: 'test',
  to,
  subject: `For ${to}`,
  text: ['One', 'Two'],
  link: { label: 'Go on', url: 'https://imgvid.example/console/x#token=abc' },
  ...more,
});
const send = (mail: Mail) => db.database.withPerson({ email: 'x' }, (trx) => mailer.send(trx, mail));
const arrived = (subject: string) => received.filter(({ raw }) => raw.includes(`Subject: ${subject}`));

beforeAll(async () => {
  db = await createTestDatabase();
  queue = await openQueue({ database: db.database, settings: db.settings, log: testLog });
  const sealer = createSealer(Buffer.alloc(32, 7));
  mailer = openMailer({ queue, clock: systemClock, sealer });
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  ({ port } = probe.address() as AddressInfo);
  await new Promise((resolve) => probe.close(resolve));
  stopWorker = await startMailWorker({
    ...{ database: db.database, queue, clock: systemClock, log: testLog, sealer },
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'ImgVid <no-reply@imgvid.example>',
  });
});
afterAll(async () => {
  await stopWorker();
  await queue.stop(1);
  await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
  await db.drop();
});

it('keeps a mail while the mail server is down', async () => {
  await send(mailTo('early@example.com'));
  const tried = async () =>
    (await db.superuser.query(`select 1 from pgboss.job where name = 'mail.send' and state = 'retry'`))
      .rowCount;
  await expect.poll(tried, { timeout: 10_000 }).toBe(1);
  server = smtp();
  await new Promise<void>((resolve) => {
    server?.listen(port, '127.0.0.1', resolve);
  });
});

it('delivers a mail once, as text and as HTML, and keeps nothing of what it said', async () => {
  await send(mailTo('ada@example.com', { text: ['Look: <b>&</b>'] }));
  await expect.poll(() => arrived('For ada@example.com').length, { timeout: 10_000 }).toBe(1);
  const [mail] = arrived('For ada@example.com');
  expect(mail).toMatchObject({ from: 'no-reply@imgvid.example', to: ['ada@example.com'] });
  expect(mail?.raw).toContain('Auto-Submitted: auto-generated');
  expect(mail?.raw).toContain('Look: <b>&</b>');
  expect(mail?.raw).toContain('&lt;b&gt;&amp;&lt;/b&gt;');
  const left = async () =>
    (await db.superuser.query('select 1 from mail_message where sent_at is not null and content is null'))
      .rowCount;
  await expect.poll(left).toBeGreaterThan(0);
  // Asked once more, as after a crash between sending and noting it in the queue: it is sent already.
  const { rows } = await db.superuser.query<{ id: string }>(
    `select data->>'id' as id from pgboss.job where name = 'mail.send' and state = 'completed'`,
  );
  for (const { id } of rows)
    await db.database.withPerson({ email: 'x' }, (trx) => queue.send(trx, 'mail.send', { id }));
  const waiting = async () =>
    (
      await db.superuser.query(
        `select 1 from pgboss.job where name = 'mail.send' and state in ('created', 'active')`,
      )
    ).rowCount;
  await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  expect(arrived('For ada@example.com')).toHaveLength(1);
});

it('gives a mail up whose address is refused, and keeps the code without the address', async () => {
  await send(mailTo('nobody@example.com'));
  const failures = async () =>
    (
      await db.superuser.query<{ failure: string }>(
        'select failure from mail_message where failure is not null',
      )
    ).rows;
  await expect.poll(failures, { timeout: 10_000 }).toEqual([{ failure: '550 5.1.1' }]);
  expect(arrived('For nobody@example.com')).toEqual([]);
});

it('lets nobody put headers or recipients into a mail', async () => {
  const inject = 'Hi\r\nBcc: eve@evil.example\r\n\r\nforged\u2028X-Evil: 1';
  await send(
    mailTo('bob@example.com', {
      subject: inject,
      text: ['.\r\nMAIL FROM:<eve@evil.example>', '\r\n.\r\nQUIT'],
    }),
  );
  await send(mailTo('bob@example.com>\r\nRCPT TO:<eve@evil.example', { subject: 'second' }));
  await send(mailTo('bob@example.com, eve@evil.example', { subject: 'third' }));
  await expect.poll(() => arrived('Hi').length, { timeout: 10_000 }).toBe(1);
  const done = async () =>
    (await db.superuser.query('select 1 from mail_message where content is not null')).rowCount;
  // All but the one from the beginning are sent or given up.
  await expect.poll(done, { timeout: 10_000 }).toBeLessThanOrEqual(1);
  expect(received.flatMap(({ to }) => to).filter((to) => to.includes('evil'))).toEqual([]);
  const headers = received.map(({ raw }) => raw.slice(0, raw.indexOf('\r\n\r\n')));
  expect(headers.filter((text) => /^(bcc|x-evil):/im.test(text))).toEqual([]);
});

it('delivers then what it has kept', async () => {
  // Not waiting for its turn, which the queue's own tests are about: it is due now, and a new job wakes the worker.
  await db.superuser.query(
    `update pgboss.job set start_after = now() where name = 'mail.send' and state = 'retry'`,
  );
  await send(mailTo('late@example.com'));
  await expect.poll(() => arrived('For early@example.com').length, { timeout: 15_000 }).toBe(1);
  const left = async () =>
    (await db.superuser.query('select 1 from mail_message where content is not null')).rowCount;
  await expect.poll(left).toBe(0);
}, 20_000);
