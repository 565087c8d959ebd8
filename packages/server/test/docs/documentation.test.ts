import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCodes, generationErrorCodes } from '@imgvid/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settingsTable } from '../../src/config.ts';
import { modelsPage } from '../support/models-page.ts';
import { makeTenant, smallPhoto, startServer, type RunningServer } from '../support/running-server.ts';

const docs = join(import.meta.dirname, '../../../../docs');
let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Pages made from code. IMGVID_UPDATE_DOCS=1 writes them anew. */
async function expectPage(name: string, text: string): Promise<void> {
  const path = join(docs, name);
  if (process.env['IMGVID_UPDATE_DOCS'] === '1') await writeFile(path, text);
  expect(
    await readFile(path, 'utf8'),
    `docs/${name} is not what the code says: IMGVID_UPDATE_DOCS=1 renews it`,
  ).toBe(text);
}

it('docs/settings.md lists every setting as the code reads it', () =>
  expectPage(
    'settings.md',
    `# Settings\n\nEnvironment variables; secrets may also be given as a file, by the same name with \`_FILE\`. Made from the code.\n\n${settingsTable()}`,
  ));

it('docs/models.md lists every model of other companies, with its sources', () =>
  expectPage('models.md', modelsPage()));

it('docs/errors.md lists every error code', () => {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  );
  return expectPage(
    'errors.md',
    [
      '# Error codes',
      '',
      'Refusals are RFC 9457 problem documents: `code` is for programs, `detail` for the person at the screen, `hint` for the developer. Made from the code.',
      '',
      '| code | status | meaning |',
      '|---|---|---|',
      ...rows,
      '',
      'A generation that ended without a video says why in `error.code`:',
      `${generationErrorCodes.map((code) => `\`${code}\``).join(', ')}.`,
      '',
    ].join('\n'),
  );
});

it('the program in docs/api.md makes a video', async () => {
  const page = await readFile(join(docs, 'api.md'), 'utf8');
  const program = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-docs-'));
  try {
    await writeFile(join(folder, 'make-video.mjs'), program);
    await writeFile(join(folder, 'photo.jpg'), await smallPhoto());
    const { secret } = await makeTenant(server);
    const { stdout } = await promisify(execFile)(process.execPath, ['make-video.mjs'], {
      cwd: folder,
      env: { ...process.env, IMGVID_URL: server.url, IMGVID_SECRET_KEY: secret },
    });
    expect(stdout).toContain('It will cost 3 credits.');
    expect(stdout).toContain('video.mp4, 640 x 480');
    expect((await readFile(join(folder, 'video.mp4'))).subarray(4, 8).toString()).toBe('ftyp');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

it('the OpenAPI document is whole: every route of ours is in it, with its problems', async () => {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/healthz',
    '/readyz',
    '/v1/account',
    '/v1/account/deletion',
    '/v1/account/email',
    '/v1/account/email/complete',
    '/v1/account/email/stop',
    '/v1/account/invitations/accept',
    '/v1/account/invitations/view',
    '/v1/account/passkeys',
    '/v1/account/passkeys/options',
    '/v1/account/passkeys/{id}',
    '/v1/account/password',
    '/v1/account/password-reset',
    '/v1/account/password-reset/complete',
    '/v1/account/recovery-codes',
    '/v1/account/sign-up',
    '/v1/account/sign-up/complete',
    '/v1/account/sign-up/invited',
    '/v1/account/totp',
    '/v1/account/totp/confirm',
    '/v1/audit-events',
    '/v1/audit-events/export',
    '/v1/audit-events/verification',
    '/v1/credits',
    '/v1/credits/entries',
    '/v1/generations',
    '/v1/generations/quote',
    '/v1/generations/{id}',
    '/v1/generations/{id}/cancel',
    '/v1/generations/{id}/events',
    '/v1/invitations',
    '/v1/invitations/{id}',
    '/v1/members',
    '/v1/members/{id}',
    '/v1/models',
    '/v1/sessions',
    '/v1/sessions/current/confirm',
    '/v1/sessions/link',
    '/v1/sessions/link/open',
    '/v1/sessions/passkey',
    '/v1/sessions/passkey/options',
    '/v1/sessions/second-factor',
    '/v1/sessions/{id}',
    '/v1/sites',
    '/v1/sites/{id}',
    '/v1/sites/{id}/identity-keys',
    '/v1/sites/{id}/identity-keys/{key_id}',
    '/v1/sites/{id}/keys',
    '/v1/sites/{id}/keys/{key_id}',
    '/v1/sites/{id}/keys/{key_id}/rotate',
    '/v1/sites/{id}/limits/use',
    '/v1/sites/{id}/origins',
    '/v1/tenants',
    '/v1/tenants/current',
    '/v1/tenants/current/deletion',
    '/v1/tenants/current/transfer',
    '/v1/uploads',
    '/v1/uploads/{id}',
    '/v1/uploads/{id}/complete',
    '/v1/usage',
    '/v1/visitor-sessions',
  ]);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods)) {
      expect(summary, `${method} ${path}`).toBeTruthy();
      expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['400', '500']));
    }
  }
});

it('the reference and its viewer come from this server alone', async () => {
  const page = await fetch(`${server.url}/docs`);
  const html = await page.text();
  const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(sources.length).toBeGreaterThan(2);
  for (const source of sources) {
    expect(source.startsWith('/')).toBe(true);
    expect((await fetch(server.url + source)).status, source).toBe(200);
  }
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
});
