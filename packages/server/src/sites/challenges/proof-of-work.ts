import { createChallenge, randomInt, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Limiter, Limits } from '../../platform/limits/index.ts';

/*
 * A browser tries some hundred keys of PBKDF2 until one begins as asked: about half a second on a laptop, done by
 * WebCrypto beside the page's own thread. A page's visitor does it once; who makes visitors by the thousand pays it
 * each time.
 */
const cost = 5000;
const counters = { least: 100, most: 300 };
const lifeS = 300;

const Payload = z.object({
  challenge: z.object({
    parameters: z
      .object({
        algorithm: z.literal('PBKDF2/SHA-256'),
        nonce: z.string().max(64),
        salt: z.string().max(64),
        cost: z.literal(cost),
        keyLength: z.literal(32),
        keyPrefix: z.string().max(64),
        keySignature: z.string().max(128),
        expiresAt: z.number(),
        data: z.object({ site: z.string().max(64) }),
      })
      .strict(),
    signature: z.string().max(128),
  }),
  solution: z.object({
    counter: z.int().min(0).max(counters.most),
    derivedKey: z.string().max(128),
  }),
});

export interface ProofOfWork {
  /** A challenge of ALTCHA, version 2 (https://altcha.org), for a page of this site. */
  challenge(siteId: string): Promise<Record<string, unknown>>;
  /** Whether the work was done, for this site, in time, and not shown before. */
  verify(siteId: string, payload: string): Promise<boolean>;
}

function read(payload: string): z.infer<typeof Payload> | null {
  try {
    const parsed = Payload.safeParse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function proofOfWork({
  clock,
  key,
  limits,
}: {
  clock: Clock;
  key: Buffer;
  limits: Limits;
}): ProofOfWork {
  const secrets = {
    hmacSignatureSecret: key.toString('base64'),
    hmacKeySignatureSecret: `key ${key.toString('base64')}`,
  };
  // The same counters that limit requests remember, in every process, what was shown.
  const shown: Limiter = limits.limiter({ name: 'challenge', points: 1, windowS: 2 * lifeS, exact: true });

  return {
    async challenge(siteId) {
      const challenge = await createChallenge({
        algorithm: 'PBKDF2/SHA-256',
        cost,
        counter: randomInt(counters.most, counters.least),
        deriveKey,
        expiresAt: new Date(clock.now().getTime() + lifeS * 1000),
        data: { site: siteId },
        ...secrets,
      });
      return { ...challenge };
    },

    async verify(siteId, payload) {
      const given = read(payload);
      if (!given || given.challenge.parameters.data.site !== siteId) return false;
      if (given.challenge.parameters.expiresAt * 1000 < clock.now().getTime()) return false;
      const { verified } = await verifySolution({ ...given, deriveKey, ...secrets });
      return verified && (await shown.take(given.challenge.signature)).ok;
    },
  };
}
