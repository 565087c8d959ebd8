import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: links, sessions, invitations. Only the hash is kept. */
export const mintToken = (): string => randomBytes(32).toString('base64url');

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
