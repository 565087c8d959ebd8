import type { GenerationErrorCode, GenerationParams, Model } from '@imgvid/api';

/** A photo in our storage, with its size in pixels. */
export interface JobPhoto {
  key: string;
  width: number;
  height: number;
}

/** One try of one generation, as a provider sees it. */
export interface ProviderJob {
  /** Ours, and known before the provider is called, so that an orphan can be recognised. */
  attemptId: string;
  /** Whose rows the job lies in: for the built-in renderer, which keeps its jobs there. To others it says nothing. */
  owner: string;
  /** Our id of the model. */
  model: string;
  params: GenerationParams;
  photo: JobPhoto & { provenance: Provenance | null };
  /** What it ends on, where the model can and it is wanted. */
  endPhoto: JobPhoto | null;
  /** Where in our storage the files of this generation lie; no slash at the end. */
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

export interface ProviderFailure {
  status: 'failed';
  code: GenerationErrorCode;
  message: string;
  /** Whose doing it was: only a `fault` of the provider's counts against it and may be tried again. */
  cause: 'fault' | 'refusal' | 'request' | 'canceled';
}

export type ProviderState =
  | { status: 'queued' }
  /** `progress` is 0 where the provider tells none: nothing is made up. */
  | { status: 'running'; progress: number }
  /** The files are in our storage. */
  | { status: 'succeeded'; result: ProviderResult }
  /** The provider has the files at these addresses, for a while. */
  | { status: 'delivered'; urls: string[] }
  | ProviderFailure
  /** The provider knows no such job, or not any more. */
  | { status: 'unknown' };

/** A job handed over before, by what is known of it. */
export interface JobRef {
  owner: string;
  attemptId: string;
  /** Our id of the model. */
  model: string;
  providerJobId: string;
}

interface Common {
  readonly id: string;
  /** The models with everything the widget needs to know of them, in the operator's credits. */
  models(): Model[];
  /** What the provider itself asks for it, in millionths of a US dollar. */
  quote(model: string, params: GenerationParams): number;
  check(job: JobRef): Promise<ProviderState>;
  /** Best effort; a result that comes all the same is thrown away. */
  cancel(job: JobRef): Promise<void>;
}

/** The renderer of our own. Starting the same attempt again is harmless, and brings it back where it was lost. */
export interface InsideProvider extends Common {
  readonly kind: 'inside';
  submit(job: ProviderJob): Promise<{ providerJobId: string }>;
}

/** A JPEG of the shape that was asked for, within the model's limits. */
export interface SentPhoto {
  /** Readable for the time of the job; null where this installation cannot be reached from outside. */
  url: string | null;
  bytes: Buffer;
}

/** What an outside provider gets: no key of ours, no tenant, nothing but the work. */
export interface OutsideJob {
  model: string;
  params: GenerationParams;
  photo: SentPhoto;
  /** Of the same shape. */
  endPhoto: SentPhoto | null;
  /** Null where this installation cannot be reached from outside: then polling is all there is. */
  webhookUrl: string | null;
  /** After this the result is of no use any more. */
  deadlineS: number;
}

/** A call that came to a webhook, before anything of it is believed. */
export interface HookCall {
  header(name: string): string | undefined;
  body: string;
  now: Date;
}

/**
 * A hint that something happened to a job. It is never more than that: the record is fetched from the provider.
 * `forged`: the signature does not fit; `unsigned`: there is no secret to check it with.
 */
export interface HookHint {
  trust: 'signed' | 'unsigned' | 'forged';
  providerJobId: string | null;
}

/** A company that makes videos on its own machines. Adapters are thin: they translate, and keep no state. */
export interface OutsideProvider extends Common {
  readonly kind: 'outside';
  /** Jobs of this account at once, over all processes and tenants. */
  readonly concurrency: number;
  /** Spent a day at most, in millionths of a US dollar; null for no limit. */
  readonly dailyMicros: number | null;
  /** What a photo has to be for the model. */
  photoRules(model: string): PhotoRules;
  /** Hands the job over and returns the provider's own id for it at once. Throws ProviderError. */
  submit(job: OutsideJob): Promise<{ providerJobId: string }>;
  interpret(call: HookCall): Promise<HookHint>;
  /** Whether the account works: what is left in it, as a sentence. For the operator. */
  account(): Promise<string>;
}

export interface PhotoRules {
  maxBytes: number;
  /** Pixels. */
  minSide: number;
  /** Width divided by height. */
  minRatio: number;
  maxRatio: number;
}

export type Provider = InsideProvider | OutsideProvider;
