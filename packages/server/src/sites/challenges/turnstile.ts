import { z } from 'zod';
import { problem } from '../../platform/http/problem.ts';
import { newUuid } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';

/** https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ */
const Answer = z.object({
  success: z.boolean(),
  hostname: z.string().optional(),
  action: z.string().optional(),
  'error-codes': z.array(z.string()).default([]),
});

/** Of the owner's set-up, not of the visitor. */
const ownersFault = new Set(['missing-input-secret', 'invalid-input-secret']);

export interface TurnstileParts {
  /** Cloudflare's, or a stand-in's in tests. */
  url: string;
  log: Log;
}

export interface TurnstileQuestion {
  secret: string;
  token: string;
  /** Where the visitor is; the token has to be of that page. */
  hostname: string;
  address: string;
}

async function ask({ url }: TurnstileParts, { secret, token, address }: TurnstileQuestion) {
  const body = new URLSearchParams({ secret, response: token, idempotency_key: newUuid() });
  if (address !== 'unknown') body.set('remoteip', address);
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(5000),
    redirect: 'error',
  });
  return Answer.parse(await response.json());
}

/**
 * Whether Cloudflare vouches for the visitor.
 * @throws ProblemError `unavailable` when Cloudflare cannot be asked: it then vouches for nobody
 */
export async function passedTurnstile(parts: TurnstileParts, question: TurnstileQuestion): Promise<boolean> {
  let answer: z.infer<typeof Answer>;
  try {
    answer = await ask(parts, question);
  } catch (error) {
    parts.log.warn({ err: error }, 'Turnstile could not be asked');
    throw problem(
      'unavailable',
      'The check of your browser is not possible at the moment. Please try again.',
    );
  }
  if (answer['error-codes'].some((code) => ownersFault.has(code))) {
    throw problem(
      'forbidden',
      'This page is not set up right.',
      'Cloudflare does not know the Turnstile secret of this site: set it again.',
    );
  }
  return answer.success && answer.hostname === question.hostname;
}
