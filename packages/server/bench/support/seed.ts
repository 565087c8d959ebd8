import type pg from 'pg';
import { newUuid } from '../../src/platform/ids.ts';
import { encodeId } from '../../src/platform/ids.ts';
import { hashKey, keyPrefix, mintKey } from '../../src/sites/keys.ts';

export interface BenchTenant {
  tenantId: string;
  secret: string;
  uploadId: string;
  /** As the API names it. */
  upload: string;
}

/** A tenant with a secret key, a photo ready for use and a million test credits. */
export async function seedTenant(superuser: pg.Pool): Promise<BenchTenant> {
  const [tenantId, uploadId, secret] = [newUuid(), newUuid(), mintKey('secret', 'test')];
  const client = await superuser.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
    await client.query(`insert into tenant (tenant_id, name) values ($1, 'A shop')`, [tenantId]);
    await client.query(
      `insert into api_key (tenant_id, id, kind, mode, prefix, hash) values ($1, $2, 'secret', 'test', $3, $4)`,
      [tenantId, newUuid(), keyPrefix(secret), hashKey(secret)],
    );
    await client.query(
      `insert into upload (tenant_id, id, mode, status, declared_type, declared_size, raw_key, source_key,
         content_type, width, height, byte_size, expires_at)
       values ($1, $2, 'test', 'ready', 'image/jpeg', 1000, 'raw', 'source', 'image/jpeg', 1280, 720, 900,
         now() + interval '1 day')`,
      [tenantId, uploadId],
    );
    await client.query(
      `insert into ledger_account (tenant_id, mode, kind)
       select $1, 'test', unnest(array['funding', 'available', 'held', 'spent', 'expired', 'refunded'])`,
      [tenantId],
    );
    await client.query(
      `insert into ledger_transfer (tenant_id, id, mode, kind, debit, credit, amount, idempotency_key)
       values ($1, $2, 'test', 'grant', 'funding', 'available', 1000000, 'seed')`,
      [tenantId, newUuid()],
    );
    await client.query('commit');
  } finally {
    client.release();
  }
  return { tenantId, secret, uploadId, upload: encodeId('upl', uploadId) };
}

const params = {
  ...{ prompt: 'Slowly towards the sea, waves in the evening light', negative_prompt: null, duration_s: 5 },
  ...{ resolution: '720p', aspect_ratio: '16:9', fps: 30, seed: 7 },
};
const output = {
  ...{ contentType: 'video/mp4', width: 1280, height: 720, durationS: 5, fps: 30, byteSize: 1_234_567 },
};

/** Videos of a tenant: still running, or done with files to sign URLs for. */
export async function seedGenerations(
  superuser: pg.Pool,
  { tenantId, uploadId }: BenchTenant,
  count: number,
  status: 'running' | 'succeeded',
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newUuid());
  const done = status === 'succeeded';
  await superuser.query(
    `insert into generation (tenant_id, id, mode, upload_id, status, progress, provider, model, params, price,
       last_seq, deadline_at, video_key, poster_key, output, completed_at, deletes_at)
     select $1::uuid, id, 'test', $2::uuid, $3::text, 0.5, 'builtin', 'builtin', $4, 5, 1, now() + interval '1 hour',
       case when $5::boolean then 't/' || $1::uuid || '/generations/' || id || '/video.mp4' end,
       case when $5::boolean then 't/' || $1::uuid || '/generations/' || id || '/poster.jpg' end,
       case when $5::boolean then $6::jsonb end,
       case when $5::boolean then now() end, case when $5::boolean then now() + interval '30 days' end
     from unnest($7::uuid[]) id`,
    [tenantId, uploadId, status, params, done, output, ids],
  );
  await superuser.query(
    `insert into generation_event (tenant_id, generation_id, seq, type, data)
     select $1::uuid, id, 1, 'status', jsonb_build_object('status', $2::text, 'progress', 0.5) from unnest($3::uuid[]) id`,
    [tenantId, status, ids],
  );
  return ids;
}
