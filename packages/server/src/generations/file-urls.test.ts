import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { blobTokens } from '../platform/storage/blob-token.ts';
import { diskStore } from '../platform/storage/index.ts';
import { newUuid } from '../platform/ids.ts';
import { fileUrls, type FileUrlsOf } from './file-urls.ts';
import type { ShownGeneration } from './store.ts';

const signingKey = Buffer.alloc(32, 7);
const root = await mkdtemp(join(tmpdir(), 'imgvid-file-urls-'));
afterAll(() => rm(root, { recursive: true }));

let now: Date;
let urlsOf: FileUrlsOf;
const clock = { now: () => now };
beforeEach(() => {
  now = new Date('2026-01-02T03:10:00Z');
  const storage = diskStore({ root, publicUrl: 'http://here', signingKey }, { clock });
  urlsOf = fileUrls({ storage, now: clock.now });
});

const tenant = newUuid();
const video = (values: Partial<ShownGeneration> = {}): ShownGeneration => {
  const id = newUuid();
  const [videoKey, posterKey] = [`t/${tenant}/g/${id}/video.mp4`, `t/${tenant}/g/${id}/poster.jpg`];
  return { id, status: 'succeeded', videoKey, posterKey, deletesAt: null, ...values } as ShownGeneration;
};
const expiryOf = (url: string): Date | undefined =>
  blobTokens(signingKey).verify(url.split('/').at(-1) ?? '')?.expiresAt;
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

it('says of its URLs exactly how long they are good', async () => {
  const urls = await urlsOf(video());
  for (const url of [urls?.video, urls?.poster, urls?.download]) {
    expect(expiryOf(url ?? '')?.toISOString()).toBe(urls?.expiresAt);
  }
});

it('gives the same URLs for a while, so that a browser finds the video in its cache, then fresh ones in time', async () => {
  const row = video();
  const first = await urlsOf(row);
  now = later(15 * 60);
  expect(await urlsOf(row)).toEqual(first);
  now = later(10 * 60);
  const second = await urlsOf(row);
  expect(second?.video).not.toBe(first?.video);
  expect(Date.parse(second?.expiresAt ?? '') - now.getTime()).toBeGreaterThanOrEqual(30 * 60_000);
});

it('signs nothing beyond the moment the files go, also when that moment is moved closer', async () => {
  const row = video({ deletesAt: later(86_400) });
  await urlsOf(row);
  const deletesAt = later(600);
  const urls = await urlsOf({ ...row, deletesAt });
  expect(expiryOf(urls?.video ?? '')?.getTime()).toBeLessThanOrEqual(deletesAt.getTime());
  now = later(600);
  expect(await urlsOf({ ...row, deletesAt })).toBeNull();
});

it('has no URLs for a video that is not there', async () => {
  expect(await urlsOf(video({ status: 'running', videoKey: null, posterKey: null }))).toBeNull();
});
