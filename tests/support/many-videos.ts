import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { diskFiles } from '../../packages/server/src/platform/storage/disk-files.ts';
import { landscape } from './photo.ts';
import type { TestServer } from './server.ts';

/** The database of a running test server, as its superuser, whom row level security does not bind. */
async function superuser({ dataDir }: TestServer): Promise<pg.Client> {
  const folder = join(dataDir, 'postgres', 'cluster');
  const [pidfile] = globSync('data/postmaster.pid', { cwd: folder });
  const port = Number(readFileSync(join(folder, pidfile ?? ''), 'utf8').split('\n')[3]);
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'imgvid' });
  await client.connect();
  return client;
}

const posters = 24;

/** Posters as the renderer makes them, where the server keeps its files. */
async function putPosters(dataDir: string): Promise<void> {
  const [objects] = globSync('**/objects', { cwd: dataDir });
  if (objects === undefined) throw new Error(`There are no files yet in ${dataDir}.`);
  const files = diskFiles(join(dataDir, dirname(objects)), () => new Date());
  for (let n = 0; n < posters; n++) {
    const poster = await landscape({ width: 1280, height: 720, seed: n + 1 });
    await files.write(`t/many/${n}/poster.jpg`, 'image/jpeg', Readable.from([poster]), poster.length);
  }
}

const insertVideos = `
  insert into generation (tenant_id, id, mode, upload_id, status, progress, provider, model, params, price, deadline_at,
      product_ref, video_key, poster_key, output, created_at, completed_at, deletes_at)
    select $1, ('01990000-' || lpad(to_hex(n >> 12), 4, '0') || '-7' || lpad(to_hex(n & 4095), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      'test', $2, case when n % 10 = 0 then 'failed' else 'succeeded' end, 1, 'builtin', 'imgvid/camera', $3, 5,
      now() + interval '1 hour', 'LAMP-' || n,
      case when n % 10 = 0 then null else 't/many/' || n % ${posters} || '/video.mp4' end,
      case when n % 10 = 0 then null else 't/many/' || n % ${posters} || '/poster.jpg' end,
      case when n % 10 = 0 then null else $4::jsonb end, now() - n * interval '1 minute', now(), now() + interval '30 days'
    from generate_series(1, $5::int) n`;

/** Gives the only tenant of a server so many videos with posters, straight into its database. */
export async function makeManyVideos(server: TestServer, count: number): Promise<void> {
  await putPosters(server.dataDir);
  const client = await superuser(server);
  try {
    const found = await client.query<{ tenant_id: string }>(
      'select tenant_id from membership order by created_at desc limit 1',
    );
    const tenantId = found.rows[0]?.tenant_id;
    const uploadId = randomUUID();
    await client.query(
      `insert into upload (tenant_id, id, mode, status, declared_type, declared_size, raw_key, source_key, width, height, expires_at)
       values ($1, $2, 'test', 'ready', 'image/jpeg', 1, 'r', 's', 1280, 720, now() + interval '1 day')`,
      [tenantId, uploadId],
    );
    const params = { camera: { move: 'push_in' }, duration_s: 5, resolution: '720p', prompt: null };
    const output = {
      contentType: 'video/mp4',
      width: 1280,
      height: 720,
      durationS: 5,
      fps: 30,
      byteSize: 1_234_567,
    };
    await client.query(insertVideos, [
      tenantId,
      uploadId,
      JSON.stringify(params),
      JSON.stringify(output),
      count,
    ]);
    await client.query('analyze generation');
  } finally {
    await client.end();
  }
}
