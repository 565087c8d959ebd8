import { jwtVerify, SignJWT, errors } from 'jose';
import type { Clock } from '../platform/clock.ts';
import type { Mode } from './keys.ts';

/** What a visitor's token says. UUIDs, except the origin. */
export interface VisitorClaims {
  tenantId: string;
  siteId: string;
  visitorId: string;
  keyId: string;
  mode: Mode;
  origin: string;
  /** The site's own server vouches for him. */
  signedIn: boolean;
}

export type TokenProblem = 'expired' | 'invalid';

export interface VisitorTokens {
  /** The bearer token, good for ten minutes. */
  sign(claims: VisitorClaims): Promise<{ token: string; expiresAt: Date }>;
  verify(token: string): Promise<VisitorClaims | TokenProblem>;
  /** Lets a browser be the same visitor again later, on the same site. It opens nothing by itself. */
  signProof(visitor: Pick<VisitorClaims, 'tenantId' | 'siteId' | 'visitorId'>): Promise<string>;
  verifyProof(
    proof: string,
    visitor: Pick<VisitorClaims, 'tenantId' | 'siteId' | 'visitorId'>,
  ): Promise<boolean>;
}

const algorithm = 'HS256';
const tokenType = 'imgvid-visitor+jwt';
const proofType = 'imgvid-visitor-proof+jwt';
const tokenSeconds = 600;
/** Videos live at most 30 days, so nothing is lost when a visitor of longer ago is a new one. */
const proofSeconds = 35 * 86_400;

export function visitorTokens({ key, clock }: { key: Uint8Array; clock: Clock }): VisitorTokens {
  const verify = (token: string, typ: string) =>
    jwtVerify(token, key, { algorithms: [algorithm], typ, currentDate: clock.now(), clockTolerance: 5 });

  const signer = (payload: Record<string, string>, subject: string, typ: string, seconds: number) => {
    const now = Math.floor(clock.now().getTime() / 1000);
    return new SignJWT(payload)
      .setProtectedHeader({ alg: algorithm, typ })
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds);
  };

  return {
    async sign({ tenantId, siteId, visitorId, keyId, mode, origin, signedIn }) {
      const expiresAt = new Date(clock.now().getTime() + tokenSeconds * 1000);
      const claims = {
        ...{ ten: tenantId, sit: siteId, kid: keyId, mod: mode, org: origin },
        ...(signedIn && { usr: '1' }),
      };
      return { token: await signer(claims, visitorId, tokenType, tokenSeconds).sign(key), expiresAt };
    },

    async verify(token) {
      try {
        const { payload } = await verify(token, tokenType);
        const text = (name: string): string => String(payload[name]);
        return {
          tenantId: text('ten'),
          siteId: text('sit'),
          visitorId: text('sub'),
          keyId: text('kid'),
          mode: payload['mod'] === 'live' ? 'live' : 'test',
          origin: text('org'),
          signedIn: payload['usr'] === '1',
        };
      } catch (error) {
        return error instanceof errors.JWTExpired ? 'expired' : 'invalid';
      }
    },

    signProof: ({ tenantId, siteId, visitorId }) =>
      signer({ ten: tenantId, sit: siteId }, visitorId, proofType, proofSeconds).sign(key),

    async verifyProof(proof, { tenantId, siteId, visitorId }) {
      try {
        const { payload } = await verify(proof, proofType);
        return payload.sub === visitorId && payload['ten'] === tenantId && payload['sit'] === siteId;
      } catch {
        return false;
      }
    },
  };
}
