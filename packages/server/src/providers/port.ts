import type { GenerationErrorCode, GenerationParams, Model } from '@imgvid/api';

/** One try of one generation, as a provider sees it. It knows nothing of tenants, visitors or money. */
export interface ProviderJob {
  /** Ours, and known before the provider is called, so that an orphan can be recognised. */
  attemptId: string;
  model: string;
  params: GenerationParams;
  photo: { key: string; width: number; height: number; provenance: Provenance | null };
  /** Where in our storage a provider that writes there itself puts its files; no slash at the end. */
  resultFolder: string;
}

/** What the photo said of its own making before its metadata was removed; carried into the video's marking. */
export interface Provenance {
  digitalSourceType: string | null;
  c2pa: boolean;
}

/** Where the finished files lie in our own storage, and what they are. */
export interface ProviderResult {
  videoKey: string;
  posterKey: string;
  contentType: string;
  width: number;
  height: number;
  durationS: number;
  fps: number;
  byteSize: number;
}

export type ProviderState =
  | { status: 'queued' }
  | { status: 'running'; progress: number }
  | { status: 'succeeded'; result: ProviderResult }
  | { status: 'failed'; code: GenerationErrorCode; message: string };

/**
 * A maker of videos. Adapters are thin: they translate, and keep no state of their own. Whatever tells that
 * something happened (a webhook, a timer, a worker) leads to `check`, whose answer alone is believed.
 */
export interface Provider {
  readonly id: string;
  /** The models with everything the widget needs to know of them. */
  models(): Model[];
  /** Starts the job and returns the provider's own id for it at once. The same attempt may be submitted again. */
  submit(tenantId: string, job: ProviderJob): Promise<{ providerJobId: string }>;
  check(tenantId: string, attemptId: string): Promise<ProviderState>;
  /** Best effort; a result that comes all the same is thrown away. */
  cancel(tenantId: string, attemptId: string): Promise<void>;
}
