import { hkdfSync } from 'node:crypto';

/**
 * A 32-byte key for one purpose, derived from IMGVID_SECRET by HKDF-SHA256 (RFC 5869): a key that leaks or is
 * used wrongly in one place says nothing about the others.
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `imgvid:${purpose}`, 32));
}
