import type { Challenge, VisitorSessionRequest } from '@imgvid/api';
import type { Sealer } from '../../platform/crypto.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { Limiter, Limits } from '../../platform/limits/index.ts';
import type { SiteChallenges } from '../site-settings.ts';
import type { ProofOfWork } from './proof-of-work.ts';
import { passedTurnstile, type TurnstileParts } from './turnstile.ts';

export interface ChallengeParts {
  work: ProofOfWork;
  turnstile: TurnstileParts;
  sealer: Sealer;
  limits: Limits;
}

export interface Newcomer {
  siteId: string;
  origin: string;
  address: string;
  /** A keyed hash. */
  network: string;
  request: Pick<VisitorSessionRequest, 'proof_of_work' | 'turnstile_token'>;
}

export interface Challenges {
  /** Lets a new visitor in, or throws `challenge_required` with what his browser has to do first. */
  require(asked: SiteChallenges, newcomer: Newcomer): Promise<void>;
}

/** So many new visitors of one network on one site are no household and no small office. */
const newcomers = { name: 'newcomers', points: 20, windowS: 600 };

function required(challenge: Challenge): ProblemError {
  return new ProblemError({
    code: 'challenge_required',
    detail: 'Your browser has to prove itself first. That takes a moment.',
    hint: 'Do what “challenge” says and send the result with the same request; the widget does it by itself.',
    challenge,
  });
}

export function challenges({ work, turnstile, sealer, limits }: ChallengeParts): Challenges {
  const seen: Limiter = limits.limiter(newcomers);

  async function isSuspicious({ siteId, network }: Newcomer): Promise<boolean> {
    return !(await seen.take(`${siteId} ${network}`)).ok;
  }

  async function passed({ turnstile: set }: SiteChallenges, newcomer: Newcomer): Promise<boolean> {
    const { siteId, origin, address, request } = newcomer;
    if (!set) return request.proof_of_work !== undefined && work.verify(siteId, request.proof_of_work);
    if (request.turnstile_token === undefined) return false;
    return passedTurnstile(turnstile, {
      secret: sealer.open(set.secret, `turnstile ${siteId}`),
      token: request.turnstile_token,
      hostname: new URL(origin).hostname,
      address,
    });
  }

  async function challengeFor(asked: SiteChallenges, { siteId }: Newcomer): Promise<Challenge> {
    if (asked.turnstile) return { type: 'turnstile', site_key: asked.turnstile.siteKey };
    return { type: 'proof_of_work', challenge: await work.challenge(siteId) };
  }

  return {
    async require(asked, newcomer) {
      if (asked.proofOfWork === 'never') return;
      if (asked.proofOfWork === 'suspicious' && !(await isSuspicious(newcomer))) return;
      if (await passed(asked, newcomer)) return;
      throw required(await challengeFor(asked, newcomer));
    },
  };
}
