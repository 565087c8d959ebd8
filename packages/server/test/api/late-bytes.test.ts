import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  makeTenant,
  smallPhoto,
  startServer,
  type RunningServer,
  type TestTenant,
} from '../support/running-server.ts';

let server: RunningServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startServer();
  tenant = await makeTenant(server);
});
afterAll(() => server.stop());

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** As if the quarter of an hour had passed. */
const letTimePass = () =>
  server.test.superuser.query(
    `update pgboss.job set start_after = now() where name = 'files.delete' and state = 'created'`,
  );

it.each([
  ['read', smallPhoto, 'ready'],
  ['refused', async () => Buffer.from('no photo at all'), 'failed'],
] as const)('bytes sent again after the photo was %s do not stay', async (_name, bytes, status) => {
  const body = await bytes();
  const upload = await tenant.client.uploads.create({ content_type: 'image/jpeg', byte_size: body.length });
  const put = () => fetch(upload.put_url, { method: 'PUT', headers: upload.put_headers, body });
  await put();
  await tenant.client.uploads.complete(upload.id).catch(() => undefined);
  await put();

  const { rows } = await server.test.superuser.query<{
    raw_key: string;
    source_key: string | null;
    status: string;
  }>('select raw_key, source_key, status from upload order by created_at desc limit 1');
  const [row] = rows;
  expect(row?.status).toBe(status);
  const fileOf = (key: string): string => join(server.dataDir, 'files', 'objects', `${key}@`);
  const raw = fileOf(row?.raw_key ?? '');
  expect(await isThere(raw)).toBe(true);

  await letTimePass();
  await expect.poll(() => isThere(raw), { timeout: 20_000 }).toBe(false);
  expect(!row?.source_key || (await isThere(fileOf(row.source_key)))).toBe(true);
});
