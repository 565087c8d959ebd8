import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed URL of the disk store permits: one method on one key, until a moment. */
export type BlobGrant =
  | { method: 'PUT'; key: string; contentType: string; byteSize: number; expiresAt: Date }
  | { method: 'GET'; key: string; downloadName: string | undefined; expiresAt: Date };

type Wire = [
  version: 1,
  method: string,
  key: string,
  expires: number,
  typeOrName: string | null,
  byteSize: number | null,
];

export interface BlobTokens {
  sign(grant: BlobGrant): string;
  /** The grant, expired or not; null for anything this key did not sign. */
  verify(token: string): BlobGrant | null;
}

const maxTokenLength = 4096;

/** Tokens are `base64url(fields).base64url(HMAC-SHA256)`; every field is under the signature. */
export function blobTokens(signingKey: Buffer): BlobTokens {
  if (signingKey.length < 32) throw new TypeError('The signing key of the disk store needs 32 bytes');
  // Bound to its purpose, so that the same secret elsewhere cannot make a blob token.
  const mac = (payload: string): Buffer =>
    createHmac('sha256', signingKey).update(`imgvid.blob.v1.${payload}`).digest();

  return {
    sign(grant) {
      const payload = Buffer.from(JSON.stringify(toWire(grant))).toString('base64url');
      return `${payload}.${mac(payload).toString('base64url')}`;
    },
    verify(token) {
      if (token.length > maxTokenLength) return null;
      const [payload, signature, ...rest] = token.split('.');
      if (payload === undefined || signature === undefined || rest.length > 0) return null;
      const expected = mac(payload).toString('base64url');
      const given = Buffer.from(signature);
      // Compared as text: base64 has several spellings of the same bytes, and only ours is right.
      if (given.length !== expected.length || !timingSafeEqual(given, Buffer.from(expected))) return null;
      return fromWire(JSON.parse(Buffer.from(payload, 'base64url').toString()) as Wire);
    },
  };
}

function toWire(grant: BlobGrant): Wire {
  const expires = Math.floor(grant.expiresAt.getTime() / 1000);
  if (grant.method === 'PUT') return [1, 'PUT', grant.key, expires, grant.contentType, grant.byteSize];
  return [1, 'GET', grant.key, expires, grant.downloadName ?? null, null];
}

function fromWire([, method, key, expires, typeOrName, byteSize]: Wire): BlobGrant {
  const expiresAt = new Date(expires * 1000);
  if (method === 'PUT')
    return { method, key, contentType: typeOrName ?? '', byteSize: byteSize ?? 0, expiresAt };
  return { method: 'GET', key, downloadName: typeOrName ?? undefined, expiresAt };
}
