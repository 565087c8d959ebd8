export type FetchRefusal =
  'invalid_url' | 'not_allowed' | 'not_found' | 'unreachable' | 'too_large' | 'timeout' | 'bad_answer';

/** A file could not be fetched from a URL somebody gave us. `detail` is a sentence for him. */
export class FetchError extends Error {
  override name = 'FetchError';
  readonly code: FetchRefusal;
  readonly detail: string;

  constructor(code: FetchRefusal, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}
