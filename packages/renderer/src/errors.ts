export type RenderErrorCode =
  | 'unsupported_image'
  | 'image_too_large'
  | 'corrupt_image'
  | 'invalid_request'
  | 'encoder_failed'
  | 'unreadable_clip'
  | 'aborted';

/** What went wrong, in the terms of the person who asked for the video. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  readonly code: RenderErrorCode;

  constructor(code: RenderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
