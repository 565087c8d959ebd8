import type { ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { AppEnv } from './env.ts';
import { ProblemError, problemResponse, type ProblemDetails } from './problem.ts';

/** Postgres tells of overload and time limits by these codes; the request may be tried again. */
const transient = new Set([
  '40001',
  '40P01',
  '53300',
  '53400',
  '55P03',
  '57014',
  '57P01',
  '57P03',
  '08006',
  '08001',
]);

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;

function detailsOf(error: unknown): ProblemDetails {
  if (error instanceof ProblemError) return error.details;
  if (error instanceof HTTPException && error.status === 400) {
    return {
      code: 'invalid_request',
      detail: 'The request could not be read: the body is not valid JSON.',
      hint: 'Send a JSON object with content-type: application/json.',
    };
  }
  const code = codeOf(error);
  if (code !== undefined && (transient.has(code) || code === 'ECONNREFUSED' || code === 'ECONNRESET')) {
    return {
      code: 'unavailable',
      detail: 'This cannot be done at the moment. Please try again shortly.',
      retryAfterS: 2,
    };
  }
  return {
    code: 'internal_error',
    detail: 'Something went wrong on our side. Nothing was charged for it.',
    hint: 'Quote the request_id when you report this.',
  };
}

export const onError: ErrorHandler<AppEnv> = (error, c) => {
  const details = detailsOf(error);
  if (details.code === 'internal_error' || details.code === 'unavailable') {
    c.var.log.error({ requestId: c.var.requestId, err: error }, 'request threw');
  }
  return problemResponse(c, details);
};

export const onNotFound: NotFoundHandler<AppEnv> = (c) =>
  problemResponse(c, {
    code: 'not_found',
    detail: 'There is nothing at this address.',
    hint: `${c.req.method} ${c.req.path} is no route of this API; see /openapi.json.`,
  });
