import { ApiError, NetworkError } from '@imgvid/api/client';
import type { ErrorCode, GenerationErrorCode } from '@imgvid/api/types';
import type { TextName } from './texts/en.ts';

/** Every code of `imgvid-error`: those of the API, and what only happens in a browser. */
export type WidgetErrorCode =
  | ErrorCode
  | GenerationErrorCode
  | 'network'
  | 'image_too_small'
  | 'camera_unavailable'
  | 'missing_key'
  | 'load_failed';

/** Something went wrong in the widget itself, in the vocabulary of the API. */
export class WidgetError extends Error {
  override readonly name = 'WidgetError';
  readonly code: WidgetErrorCode;
  readonly hint: string | undefined;

  constructor(code: WidgetErrorCode, options: { hint?: string; message?: string } = {}) {
    super(options.message ?? code);
    this.code = code;
    this.hint = options.hint;
  }
}

/** What helps the visitor on: the same again, another photo, or nothing he could do. */
export type Way = 'retry' | 'photo' | 'none';

/** A failure as the visitor and the site's owner are told of it. */
export interface Failure {
  code: WidgetErrorCode;
  /** Name of the sentence shown. */
  text: TextName;
  way: Way;
  /** For the site's owner. */
  hint: string | undefined;
  /** The API's own sentence. */
  message: string;
}

const sentences: Partial<Record<WidgetErrorCode, [TextName, Way]>> = {
  network: ['errorNetwork', 'retry'],
  unsupported_image: ['errorNoPhoto', 'photo'],
  image_too_large: ['errorTooLarge', 'photo'],
  image_too_small: ['errorTooSmall', 'photo'],
  corrupt_image: ['errorDamaged', 'photo'],
  photo_unreadable: ['errorDamaged', 'photo'],
  payload_too_large: ['errorTooLarge', 'photo'],
  camera_unavailable: ['errorCamera', 'photo'],
  content_refused: ['errorRefused', 'photo'],
  impossible_combination: ['errorImpossible', 'retry'],
  insufficient_credits: ['errorCredits', 'none'],
  limit_reached: ['errorLimit', 'none'],
  rate_limited: ['errorBusy', 'retry'],
  provider_unavailable: ['errorBusy', 'retry'],
  unavailable: ['errorBusy', 'retry'],
  provider_failed: ['errorRender', 'retry'],
  render_failed: ['errorRender', 'retry'],
  deadline_exceeded: ['errorTooLong', 'retry'],
  gone: ['errorGone', 'photo'],
  not_found: ['errorGone', 'photo'],
  unauthenticated: ['errorSite', 'none'],
  forbidden: ['errorSite', 'none'],
  forbidden_origin: ['errorSite', 'none'],
  missing_key: ['errorSite', 'none'],
  age_required: ['errorSite', 'none'],
  consent_required: ['errorSite', 'none'],
};

/** Puts whatever was thrown, or a generation's `error`, into the widget's one vocabulary. */
export function toFailure(error: unknown): Failure {
  const { code, hint, message } = known(error);
  const [text, way] = sentences[code] ?? ['errorOther', 'retry'];
  return { code, text, way, hint, message };
}

function known(error: unknown): { code: WidgetErrorCode; hint: string | undefined; message: string } {
  if (error instanceof ApiError || error instanceof WidgetError) return error;
  if (error instanceof NetworkError) return { code: 'network', hint: undefined, message: error.message };
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    return { ...(error as { code: GenerationErrorCode; message: string }), hint: undefined };
  }
  return { code: 'internal_error', hint: undefined, message: String(error) };
}

const told = new Set<string>();

/** Tells the site's owner on the console, once for each code. */
export function tellOwner({ code, hint, message }: Failure): void {
  if (!hint || told.has(code)) return;
  told.add(code);
  // oxlint-disable-next-line no-console -- the console is where a site's owner looks
  console.warn(`ImgVid: ${message} (${code}). ${hint}`);
}
