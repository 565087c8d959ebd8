import { html } from 'hono/html';
import { readOutbox, type MailParts } from '../platform/mail/index.ts';
import { createRouter } from '../platform/http/router.ts';

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** `/dev/outbox`: the mails of this server, for development. Never mounted in production: its links open accounts. */
export function outboxRoutes(parts: Pick<MailParts, 'database' | 'sealer'>) {
  const router = createRouter();
  router.get('/dev/outbox.json', async (c) => c.json({ data: await readOutbox(parts) }, 200, headers));
  router.get('/dev/outbox', async (c) => {
    const mails = await readOutbox(parts);
    const page = html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Outbox</title>
          <link rel="stylesheet" href="/docs/errors.css" />
        </head>
        <body>
          <main>
            <h1>Outbox</h1>
            <p>Mails of this development server, newest first. Reload to see new ones.</p>
            ${mails.length === 0 ? html`<p>Nothing was sent yet.</p>` : ''}
            ${mails.map(
              (mail) =>
                html`<article>
                  <h2>${mail.subject}</h2>
                  <p>To ${mail.to}, ${mail.at.toISOString()}</p>
                  ${mail.text.map((line) => html`<p>${line}</p>`)}
                  ${mail.link ? html`<p><a href="${mail.link.url}">${mail.link.label}</a></p>` : ''}
                </article>`,
            )}
          </main>
        </body>
      </html>`;
    return c.html(page, 200, headers);
  });
  return router;
}
