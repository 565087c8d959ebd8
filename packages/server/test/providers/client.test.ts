import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Replicate from 'replicate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kieProvider, replicateProvider } from '../../src/providers/index.ts';
import { makeClip } from '../support/clip.ts';
import { kieKey, startKie } from '../stand-ins/kie.ts';
import { replicateSecret, replicateToken, startReplicate } from '../stand-ins/replicate.ts';
import type { StandIn } from '../stand-ins/stand-in.ts';

let kie: StandIn;
let replicate: StandIn;
const photoBytes = (): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: '#3366aa' } })
    .jpeg()
    .toBuffer();
const photoUrl = async (): Promise<string> =>
  `data:image/jpeg;base64,${(await photoBytes()).toString('base64')}`;

beforeAll(async () => {
  [kie, replicate] = await Promise.all([makeClip().then(startKie), startReplicate(Buffer.from('no video'))]);
});
afterAll(() => Promise.all([kie.close(), replicate.close()]));

it('Replicate’s own client gets from the stand-in what it gets from Replicate', async () => {
  const client = new Replicate({
    auth: replicateToken,
    baseUrl: `${replicate.url}/v1`,
    useFileOutput: false,
  });
  const output = await client.run('bytedance/seedance-1-pro', {
    input: { prompt: 'Waves', image: await photoUrl() },
    wait: { mode: 'poll', interval: 50 },
  });
  expect(output).toMatch(/^http:.*\.mp4$/);
  expect((await client.webhooks.default.secret.get()).key).toBe(replicateSecret);
  expect((await client.accounts.current()).username).toBe('stand-in');
});

const settings = {
  concurrency: 1,
  dailyMicros: null,
  pricing: { marginPercent: 0, creditMicros: 10_000 },
  photoLimits: { maxBytes: 1, maxPixels: 1 },
  webhookSecret: undefined,
};
const providers = () => ({
  kie: kieProvider({ ...settings, key: kieKey, url: kie.url, uploadUrl: kie.url }),
  replicate: replicateProvider({ ...settings, token: replicateToken, url: replicate.url }),
});

it('says whether an account works', async () => {
  const { kie: one, replicate: other } = providers();
  expect(await one.account()).toBe('1234 Kie credits are left.');
  expect(await other.account()).toContain('stand-in');
  const wrong = kieProvider({ ...settings, key: 'wrong', url: kie.url, uploadUrl: kie.url });
  await expect(wrong.account()).rejects.toMatchObject({ kind: 'account' });
});

describe('pnpm provider:check', () => {
  const run = promisify(execFile);
  const script = join(import.meta.dirname, '../../scripts/provider-check.ts');
  const check = async (env: Record<string, string>) => {
    const PATH = process.env['PATH'];
    const ran = run(process.execPath, [script], { env: { PATH, IMGVID_ENV: 'test', ...env } });
    return ran.then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    );
  };

  it('says in a line that there is no key', async () => {
    const { code, stdout } = await check({});
    expect(code).toBe(0);
    expect(stdout).toMatch(/^There is nothing to check: .*IMGVID_KIE_KEY.*\n$/);
  });

  it('runs one job from the account to the file, and tells which provider does not work and why', async () => {
    const before = kie.jobs.size;
    const { code, stdout } = await check({
      IMGVID_KIE_KEY: kieKey,
      IMGVID_KIE_URL: kie.url,
      IMGVID_KIE_UPLOAD_URL: kie.url,
      IMGVID_REPLICATE_TOKEN: replicateToken,
      IMGVID_REPLICATE_URL: replicate.url,
      IMGVID_FETCH_ALLOW: `${kie.address},${replicate.address}`,
    });
    expect(stdout).toContain('640 x 480, 5 s');
    expect(stdout).toContain('kie works.');
    expect(stdout).toContain('replicate does not work:');
    expect(code).toBe(1);
    expect(kie.jobs.size - before).toBe(1);
  }, 30_000);
});

it('sends each model’s input as its documentation has it', async () => {
  const photo = { url: await photoUrl(), bytes: await photoBytes() };
  const sent = Object.values(providers()).flatMap((provider) =>
    provider.models().map(async (model) => {
      const { duration_s, resolution, aspect_ratio, fps, camera_move: move } = model.defaults;
      const params = {
        ...{
          prompt: 'Waves',
          negative_prompt: null,
          duration_s,
          resolution,
          aspect_ratio,
          fps,
          loop: false,
          seed: null,
          end_upload_id: null,
          template: null,
        },
        camera: { move, strength: 0.5, focus: null },
      };
      const job = { model: model.id, params, photo, endPhoto: null, webhookUrl: null, deadlineS: 600 };
      const { providerJobId } = await provider.submit(job);
      await expect
        .poll(() => provider.check({ owner: '', attemptId: '', model: model.id, providerJobId }))
        .toMatchObject({ status: 'delivered' });
    }),
  );
  await Promise.all(sent);
}, 30_000);
