import { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from 'hono';
import type { z } from 'zod';
import type { AppEnv } from './env.ts';
import { ProblemError } from './problem.ts';

type Issues = z.ZodError['issues'];

/** `camera.strength`, `[0].name`, or `` for the whole. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

const parts: Record<string, string> = { json: 'body', query: 'query', param: 'path', header: 'header' };

function invalidRequest(issues: Issues, target = 'json'): ProblemError {
  const errors = issues.slice(0, 20).map((issue) => ({ path: pathOf(issue.path), message: issue.message }));
  const first = errors[0];
  const where = first?.path ? `“${first.path}”` : `the ${parts[target] ?? target}`;
  return new ProblemError({
    code: 'invalid_request',
    detail: `Something in the request is not right: ${where}: ${first?.message ?? 'unreadable'}.`,
    hint: 'Each field that was wrong stands in “errors”; the shapes are in /openapi.json.',
    errors,
  });
}

/** A router whose routes are contracts: input that does not fit becomes a problem document before any handler. */
export function createRouter<E extends AppEnv = AppEnv>(): OpenAPIHono<E & Env> {
  return new OpenAPIHono<E & Env>({
    defaultHook(result) {
      if (!result.success) throw invalidRequest(result.error.issues, result.target);
    },
  });
}
