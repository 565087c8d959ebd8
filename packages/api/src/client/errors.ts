import type { ErrorCode } from '../errors.ts';
import type { Problem } from '../types.ts';

/** The API said no. `code` is for programs, `detail` for the person at the screen, `hint` for the developer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly errors: readonly { path: string; message: string }[];
  readonly requestId: string | undefined;
  /** With `challenge_required`: what the browser has to do first. */
  readonly challenge: Problem['challenge'];
  /** Seconds to wait before another try, where the API says so. */
  readonly retryAfterS: number | undefined;

  constructor(problem: Partial<Problem> & { status: number }, retryAfterS?: number) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.status = problem.status;
    this.code = problem.code ?? (problem.status >= 500 ? 'unavailable' : 'invalid_request');
    this.detail = this.message;
    this.hint = problem.hint;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id;
    this.challenge = problem.challenge;
    this.retryAfterS = retryAfterS;
  }
}

/** No answer came: offline, blocked, cut off. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code = 'network';
}

/** The API's refusal in an answer that is not 2xx, whatever its body looks like. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => ({}));
  const problem = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const wait = Number(response.headers.get('retry-after'));
  return new ApiError({ ...problem, status: response.status }, wait > 0 ? wait : undefined);
}
