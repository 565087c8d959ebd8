import { createHash, randomBytes } from 'node:crypto';

export type KeyKind = 'publishable' | 'secret';
export type Mode = 'test' | 'live';

const prefixes: Record<KeyKind, string> = { publishable: 'pk', secret: 'sk' };
const keyPattern = /^(pk|sk)_(test|live)_([A-Za-z0-9_-]{4,100})$/;

/** The keys of the demo tenant. They are no secret, so they work in development only. */
export const demoKeys = { publishable: 'pk_test_demo', secret: 'sk_test_demo' } as const;

/** Keys are 192 random bits, so a plain hash keeps them safe; a slow one would only slow each request. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** A new key, to be shown once. */
export const mintKey = (kind: KeyKind, mode: Mode): string =>
  `${prefixes[kind]}_${mode}_${randomBytes(24).toString('base64url')}`;

/** What a key says of itself, or null for text that is no key of ours. */
export function readKey(text: string): { kind: KeyKind; mode: Mode } | null {
  const match = keyPattern.exec(text);
  if (!match) return null;
  return { kind: match[1] === 'pk' ? 'publishable' : 'secret', mode: match[2] as Mode };
}

/** Enough to tell a key in a list, too little to use it. */
export const keyPrefix = (key: string): string => key.slice(0, 12);
