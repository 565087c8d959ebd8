/**
 * Why a call to a provider did not do what it should.
 *
 * - `busy`: too many requests, try later
 * - `down`: the provider cannot work now; it has certainly not taken the job
 * - `unclear`: no answer, or one that leaves open whether the job was taken
 * - `account`: key refused or money spent; every job of this account fails until the operator does something
 * - `refused`: the content is against the provider's rules
 * - `invalid`: the provider does not like the request itself
 */
export type ProviderErrorKind = 'busy' | 'down' | 'unclear' | 'account' | 'refused' | 'invalid';

/** The message is for the log; it never holds a key. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  readonly retryAfterS: number | undefined;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    options: { retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(message.slice(0, 500), { cause: options.cause });
    this.kind = kind;
    this.retryAfterS = options.retryAfterS;
  }
}

/**
 * Words by which providers say that content is against their rules. They have no codes for it: Kie passes on what
 * the model's maker says; Replicate marks it with E005, other makers' models do not.
 */
const refusals =
  /\be005\b|nsfw|content polic|usage polic|prohibited|flagged|sensitive|inappropriate|improper content|unsafe|moderat|safety|violat|sexual|nudity|minor upload|under ?age|child|prominent people|public figure|celebrit|copyright|trademark|intellectual property|third[- ]party content|guidelines/i;

export const isRefusal = (message: string): boolean => refusals.test(message);

/** Seconds of a Retry-After header, given as seconds or as a date. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(600, Math.max(1, Math.ceil(seconds))) : undefined;
}

/** What visitors are told; the provider's own words are for the log. */
export const refusalMessage = 'The video service does not make videos of this. Nothing was charged.';
export const faultMessage = 'The video service could not make this video. Nothing was charged.';
