import { createHmac, timingSafeEqual } from 'node:crypto';

const tagBytes = 16;
const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export interface AttemptTokens {
  /** Stands in the webhook URL of an attempt: whose it is, and that we said so. */
  sign(tenantId: string, attemptId: string): string;
  read(token: string): { tenantId: string; attemptId: string } | null;
}

export function attemptTokens(key: Buffer): AttemptTokens {
  const tag = (ids: Buffer): Buffer => createHmac('sha256', key).update(ids).digest().subarray(0, tagBytes);
  return {
    sign(tenantId, attemptId) {
      const ids = Buffer.concat([uuidBytes(tenantId), uuidBytes(attemptId)]);
      return Buffer.concat([ids, tag(ids)]).toString('base64url');
    },
    read(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (token.length !== 64 || bytes.length !== 32 + tagBytes) return null;
      const ids = bytes.subarray(0, 32);
      if (!timingSafeEqual(bytes.subarray(32), tag(ids))) return null;
      return { tenantId: uuidOf(ids.subarray(0, 16)), attemptId: uuidOf(ids.subarray(16)) };
    },
  };
}
