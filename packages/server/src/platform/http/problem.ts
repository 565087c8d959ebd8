import { errorCodes, type Challenge, type ErrorCode } from '@imgvid/api';
import type { Context } from 'hono';
import type { AppEnv } from './env.ts';

export interface ProblemDetails {
  code: ErrorCode;
  /** A sentence for the person at the screen. */
  detail: string;
  /** What the developer can do about it. */
  hint?: string | undefined;
  errors?: { path: string; message: string }[];
  /** With `challenge_required`: what the browser has to do first. */
  challenge?: Challenge;
  /** Seconds after which another try makes sense; sent as Retry-After. */
  retryAfterS?: number;
}

/** Thrown anywhere below a route; becomes the problem document of RFC 9457. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(`${details.code}: ${details.detail}`, options);
    this.details = details;
  }
}

/** Shorthand for the common case. */
export const problem = (code: ErrorCode, detail: string, hint?: string): ProblemError =>
  new ProblemError({ code, detail, hint });

/** Also the answer for another tenant's id: what is not yours does not exist. */
export const notFound = (what: string): ProblemError => problem('not_found', `There is no such ${what}.`);

export function problemResponse(c: Context<AppEnv>, details: ProblemDetails): Response {
  const { status, title } = errorCodes[details.code];
  const { retryAfterS, ...rest } = details;
  if (retryAfterS !== undefined) c.header('retry-after', String(Math.ceil(retryAfterS)));
  c.header('content-type', 'application/problem+json');
  c.header('cache-control', 'no-store');
  return c.body(
    JSON.stringify({
      type: `${c.var.publicUrl}/docs/errors#${details.code}`,
      title,
      status,
      ...rest,
      request_id: c.var.requestId,
    }),
    status,
  );
}
