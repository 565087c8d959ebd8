import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { errorCodes } from '@imgvid/api';
import { html } from 'hono/html';
import type { AppEnv } from '../platform/http/env.ts';
import { createRouter } from '../platform/http/router.ts';
import { staticFiles } from './static-files.ts';

const swaggerFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

// The viewer sets inline styles; scripts come from this server alone.
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const pageHeaders = {
  'content-security-policy': csp,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'public, max-age=300',
};

const head = (title: string) =>
  html`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>`;

const reference = html`<!doctype html>
  <html lang="en">
    <head>
      ${head('ImgVid HTTP API')}
      <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
    </head>
    <body>
      <div id="reference"></div>
      <script src="/docs/assets/swagger-ui-bundle.js"></script>
      <script src="/docs/start.js"></script>
    </body>
  </html>`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, tryItOutEnabled: true, persistAuthorization: false });\n`;

const errorPage = () =>
  html`<!doctype html>
    <html lang="en">
      <head>
        ${head('ImgVid error codes')}
        <link rel="stylesheet" href="/docs/errors.css" />
      </head>
      <body>
        <main>
          <h1>Error codes</h1>
          <p>
            Every refusal is an RFC 9457 problem document. Programs decide by <code>code</code>;
            <code>detail</code> is for the person at the screen, <code>hint</code> for the developer.
          </p>
          <table>
            <thead>
              <tr>
                <th scope="col">code</th>
                <th scope="col">status</th>
                <th scope="col">meaning</th>
              </tr>
            </thead>
            <tbody>
              ${Object.entries(errorCodes).map(
                ([code, { status, title }]) =>
                  html`<tr id="${code}">
                    <th scope="row"><code>${code}</code></th>
                    <td>${status}</td>
                    <td>${title}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </main>
      </body>
    </html>`;

const errorStyles = `:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: 0.5rem; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
th[scope='row'] { font-weight: normal; }
tr:target { background: color-mix(in srgb, orange 22%, transparent); }
`;

const description =
  'Turns a photo into a video. Servers send a secret key as `Authorization: Bearer sk_…`; pages exchange a publishable key for a visitor token and send that.';

/** `/openapi.json`, `/docs` and `/docs/errors`, all out of the routes and schemas themselves. */
export function docsRoutes(app: OpenAPIHono<AppEnv>, publicUrl: string) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A secret key (servers only) or a visitor token',
  });
  const router = createRouter();
  let document: unknown;
  router.get('/openapi.json', (c) => {
    document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'ImgVid', version: '1', description },
      servers: [{ url: publicUrl }],
      security: [{ bearer: [] }],
    });
    return c.json(document as object, 200, { 'cache-control': 'public, max-age=300' });
  });
  router.get('/docs', (c) => c.html(reference, 200, pageHeaders));
  router.get('/docs/errors', (c) => c.html(errorPage(), 200, pageHeaders));
  router.get('/docs/start.js', (c) =>
    c.body(start, 200, { ...pageHeaders, 'content-type': 'text/javascript' }),
  );
  router.get('/docs/errors.css', (c) =>
    c.body(errorStyles, 200, { ...pageHeaders, 'content-type': 'text/css' }),
  );
  router.get(
    '/docs/assets/*',
    staticFiles({
      root: swaggerFolder,
      mount: '/docs/assets/',
      headers: () => ({ 'cache-control': 'public, max-age=86400' }),
    }),
  );
  return router;
}
