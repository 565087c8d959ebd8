import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  makeTenant,
  makeVisitor,
  startServer,
  uploadPhoto,
  type RunningServer,
} from '../support/running-server.ts';
import { startStrictS3, type StrictS3 } from '../storage/strict-s3.ts';

let s3: StrictS3;
let server: RunningServer;

beforeAll(async () => {
  s3 = await startStrictS3();
  server = await startServer({
    IMGVID_S3_ENDPOINT: s3.endpoint,
    IMGVID_S3_REGION: 'us-east-1',
    IMGVID_S3_BUCKET: s3.bucket,
    IMGVID_S3_ACCESS_KEY_ID: s3.accessKeyId,
    IMGVID_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    IMGVID_S3_FORCE_PATH_STYLE: '1',
  });
});
afterAll(async () => {
  await server.stop();
  await s3.close();
});

it('a photo becomes a video that lies in the bucket, and is gone from there when it is deleted', async () => {
  const tenant = await makeTenant(server);
  const { client } = await makeVisitor(server, tenant);
  const upload_id = await uploadPhoto(client);
  const { id } = await client.generations.create({ upload_id, duration_s: 3, resolution: '480p', fps: 24 });
  let done;
  for await (const event of client.generations.watch(id)) done = event.generation;
  expect(done?.status).toBe('succeeded');
  const url = done?.output?.video_url ?? '';
  expect(new URL(url).origin).toBe(new URL(s3.endpoint).origin);
  const part = await fetch(url, { headers: { range: 'bytes=4-7' } });
  expect(part.status).toBe(206);
  expect(await part.text()).toBe('ftyp');
  const download = await fetch(done?.output?.download_url ?? '');
  expect(download.headers.get('content-disposition')).toMatch(/^attachment; filename="imgvid-.{8}\.mp4"/);
  await download.body?.cancel();
  await client.generations.delete(id);
  expect((await fetch(url)).status).toBe(404);
});
