import { errorCodes, Problem, type ErrorCode } from '@imgvid/api';
import type { z } from 'zod';

const problemContent = { 'application/problem+json': { schema: Problem } };

/** The `responses` of a route: its answer, and a problem document for each code it may answer with. */
export function answers<T extends z.ZodType, S extends number>(
  status: S,
  schema: T,
  description: string,
  codes: readonly ErrorCode[],
) {
  const problems: Record<number, { description: string; content: typeof problemContent }> = {};
  for (const code of ['invalid_request', 'rate_limited', 'internal_error', ...codes] as const) {
    const entry = problems[errorCodes[code].status];
    problems[errorCodes[code].status] = {
      description: entry ? `${entry.description}, \`${code}\`` : `\`${code}\``,
      content: problemContent,
    };
  }
  return {
    ...problems,
    [status]: { description, content: { 'application/json': { schema } } },
  } as { [K in S]: { description: string; content: { 'application/json': { schema: T } } } };
}

/** The same for a route that answers without a body. */
export function answersEmpty(description: string, codes: readonly ErrorCode[]) {
  const { 204: _, ...problems } = answers(204, Problem, description, codes);
  return { ...problems, 204: { description } };
}

/** A JSON body that has to be there. */
export const jsonBody = <T extends z.ZodType>(schema: T) =>
  ({ required: true, content: { 'application/json': { schema } } }) as const;
