import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationParams, Model } from '@imgvid/api';
import type { Fetcher } from '../platform/fetch/index.ts';
import type { OutsideProvider, ProviderState } from '../providers/index.ts';
import { readClip } from './clip-child.ts';

export interface ProviderCheck {
  provider: OutsideProvider;
  fetcher: Fetcher;
  /** A JPEG. */
  photo: Buffer;
  /** Our id; otherwise the model that costs the least. */
  model?: string | undefined;
  maxBytes: number;
  say(line: string): void;
  pollMs?: number;
}

const deadlineS = 20 * 60;

const usual = ({ defaults }: Model): GenerationParams => ({
  prompt: 'Gentle waves on a calm sea.',
  negative_prompt: null,
  camera: { move: defaults.camera_move, strength: defaults.camera_strength, focus: null },
  duration_s: defaults.duration_s,
  resolution: defaults.resolution,
  aspect_ratio: 'source',
  fps: defaults.fps,
  loop: false,
  seed: null,
  end_upload_id: null,
  template: null,
});

function choose({ provider, model: wanted }: ProviderCheck): { model: Model; params: GenerationParams } {
  const all = provider.models().map((model) => ({ model, params: usual(model) }));
  const cost = ({ model, params }: (typeof all)[number]): number => provider.quote(model.id, params);
  const found = wanted
    ? all.find(({ model }) => model.id === wanted)
    : all.toSorted((a, b) => cost(a) - cost(b))[0];
  if (!found) throw new Error(`${provider.id} has no model ${wanted}`);
  return found;
}

async function finished(
  { provider, pollMs = 2000, say }: ProviderCheck,
  model: string,
  providerJobId: string,
): Promise<ProviderState> {
  const started = Date.now();
  let told = '';
  while (Date.now() - started < deadlineS * 1000) {
    const state = await provider.check({ owner: '', attemptId: '', model, providerJobId });
    if (state.status !== told) say(`  ${state.status} after ${Math.round((Date.now() - started) / 1000)} s`);
    told = state.status;
    if (state.status === 'delivered' || state.status === 'failed') return state;
    await sleep(pollMs);
  }
  await provider.cancel({ owner: '', attemptId: '', model, providerJobId });
  throw new Error(`not done after ${deadlineS / 60} minutes`);
}

/** What a browser would make of the file. */
async function look({ fetcher, maxBytes }: ProviderCheck, url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imgvid-check-'));
  try {
    const file = join(folder, 'video.mp4');
    const { byteSize } = await fetcher.toFile(url, file, {
      maxBytes,
      timeoutMs: 120_000,
      accept: 'video/mp4',
    });
    const answer = await readClip(file, join(folder, 'poster.jpg'));
    if ('refused' in answer) throw new Error(answer.refused);
    const { width, height, durationS, fps } = answer.facts;
    return `${width} x ${height}, ${durationS} s at ${fps} frames a second, ${(byteSize / 1e6).toFixed(1)} MB`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * One real job of a provider, from the account to the file: it costs what it costs. Says in sentences what happens, the
 * last of them whether it works.
 */
export async function checkProvider(check: ProviderCheck): Promise<boolean> {
  const { provider, photo, say } = check;
  try {
    say(`${provider.id}: ${await provider.account()}`);
    const { model, params } = choose(check);
    const dollars = (provider.quote(model.id, params) / 1e6).toFixed(2);
    say(`  ${model.id}, ${params.duration_s} s at ${params.resolution}, about $${dollars}`);
    const job = {
      model: model.id,
      params,
      photo: { url: null, bytes: photo },
      endPhoto: null,
      webhookUrl: null,
      deadlineS,
    };
    const { providerJobId } = await provider.submit(job);
    say(`  taken as ${providerJobId}`);
    const state = await finished(check, model.id, providerJobId);
    if (state.status !== 'delivered') throw new Error('message' in state ? state.message : state.status);
    say(`  ${await look(check, state.urls[0] ?? '')}`);
    say(`${provider.id} works.`);
    return true;
  } catch (error) {
    say(`${provider.id} does not work: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
