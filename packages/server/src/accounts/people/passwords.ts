import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { ProblemError } from '../../platform/http/problem.ts';

/*
 * scrypt with one of the settings of OWASP's Password Storage Cheat Sheet: 32 MB and three passes. Node runs it on its thread pool.
 * The settings stand in the hash, so that they can be raised.
 */
const settings = { N: 2 ** 15, r: 8, p: 3 };
const maxmem = 64 * 2 ** 20;
const hashBytes = 32;

function derive(password: string, salt: Buffer, { N, r, p }: typeof settings): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { N, r, p } = settings;
  const hash = await derive(password, salt, settings);
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

let nobody: Promise<string> | undefined;

/** Takes as long without a hash (no such account, or none with a password) as with one. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(16).toString('hex'));
  const [, N, r, p, salt, hash] = (stored ?? (await nobody)).split('$');
  const expected = Buffer.from(hash ?? '', 'base64url');
  const given = await derive(password, Buffer.from(salt ?? '', 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(given, expected) && stored !== null;
}

const strength = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
const minLength = 10;
/** Guesses that an attacker who got hold of the hash needs about: 10^8 keeps the common ones and their variants out. */
const minGuessesLog10 = 8;

/** Refuses what is short, common, or made of the person's own name and address. @throws ProblemError */
export function assertGoodPassword(password: string, about: readonly string[]): void {
  const refuse = (message: string): never => {
    throw new ProblemError({
      code: 'invalid_request',
      detail: message,
      hint: 'Long is what counts: a few words that do not belong together are good.',
      errors: [{ path: 'password', message }],
    });
  };
  if (password.normalize('NFKC').length < minLength)
    refuse(`A password has at least ${minLength} characters.`);
  const own = about
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((text) => text.length > 2);
  // Only the beginning is looked at: the search takes longer with every character.
  const { guessesLog10 } = strength.check(password.slice(0, 64), own);
  if (guessesLog10 < minGuessesLog10) {
    refuse('This password is easy to guess: it is a common one, or made of common words, names or patterns.');
  }
}
