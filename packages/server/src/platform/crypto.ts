import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * A 32-byte key for one purpose, derived from IMGVID_SECRET by HKDF-SHA256 (RFC 5869): a key that leaks or is
 * used wrongly in one place says nothing about the others.
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `imgvid:${purpose}`, 32));
}

/** Keeps secrets that have to be read again. What is sealed opens only with the same key and the same context. */
export interface Sealer {
  seal(text: string, context: string): Buffer;
  /** @throws when it was sealed with another key, for another context, or changed */
  open(sealed: Buffer, context: string): string;
}

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM: a byte of version, the nonce, the tag, the rest. */
export function createSealer(key: Uint8Array): Sealer {
  return {
    seal(text, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      if (sealed[0] !== version) throw new Error('sealed in a way this server does not know');
      const iv = sealed.subarray(1, 1 + ivBytes);
      const tag = sealed.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context)).setAuthTag(tag);
      const body = sealed.subarray(1 + ivBytes + tagBytes);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}
