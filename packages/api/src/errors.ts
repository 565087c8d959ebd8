/**
 * Every error code of the HTTP API. A code is stable: programs decide by it, sentences may change.
 * Served as RFC 9457 problem details, `application/problem+json`.
 */
export const errorCodes = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Who is asking is not known' },
  insufficient_credits: { status: 402, title: 'Not enough credits' },
  forbidden: { status: 403, title: 'Not allowed' },
  confirmation_required: { status: 403, title: 'Prove once more that it is you' },
  second_factor_required: { status: 403, title: 'A second factor is needed' },
  forbidden_origin: { status: 403, title: 'This page may not use this key' },
  challenge_required: { status: 403, title: 'The browser has to prove itself first' },
  origin_refused: { status: 422, title: 'This origin cannot be allowed' },
  age_required: { status: 403, title: 'Age has not been stated' },
  consent_required: { status: 403, title: 'Consent is missing' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Not possible in the present state' },
  idempotency_conflict: { status: 409, title: 'Idempotency key already used for something else' },
  gone: { status: 410, title: 'No longer here' },
  image_too_large: { status: 413, title: 'The photo is too large' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_image: { status: 415, title: 'This is not a photo we can read' },
  corrupt_image: { status: 422, title: 'The photo is damaged' },
  source_unavailable: { status: 422, title: 'The photo could not be fetched' },
  impossible_combination: { status: 422, title: 'These choices do not go together' },
  content_refused: { status: 422, title: 'The content was refused' },
  limit_reached: { status: 429, title: 'A limit has been reached' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  provider_unavailable: { status: 503, title: 'No provider can take the job right now' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** Why a generation ended without a video. Stands in `error.code` of a generation, not in problem details. */
export const generationErrorCodes = [
  'render_failed',
  'photo_unreadable',
  'content_refused',
  'provider_unavailable',
  'provider_failed',
  'deadline_exceeded',
  'canceled',
  'internal_error',
] as const;

export type GenerationErrorCode = (typeof generationErrorCodes)[number];
