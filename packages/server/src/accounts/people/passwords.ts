import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';
import { ProblemError } from '../../platform/http/problem.ts';

/*
 * scrypt. With N = 2^15 and three passes it is one of the settings of OWASP's Password Storage Cheat Sheet (32 MB).
 * The settings stand in the hash, so that they can be raised.
 */
const passes = { r: 8, p: 3 };
const hashBytes = 32;
/** Node derives on its pool of four threads, which files and names need too: sign-ins queue for half of them. */
const inTurn = pLimit(2);

function derive(password: string, salt: Buffer, { N, r, p }: { N: number } & typeof passes): Promise<Buffer> {
  const maxmem = 2 * 128 * N * r;
  return inTurn(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, hashBytes, { N, r, p, maxmem }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long without a hash (no such account, or none with a password) as with one, made when it cost less or not. */
  verify(password: string, stored: string | null): Promise<boolean>;
  /** Whether the hash was made when it cost less: it is made anew when its password is given next. */
  isOutdated(stored: string): boolean;
}

const costOf = (stored: string): number => Number(stored.split('$')[1]);

/** @param cost log2 of scrypt's N */
export function openPasswords(cost: number): Passwords {
  const N = 2 ** cost;
  const { r, p } = passes;
  async function hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await derive(password, salt, { N, r, p });
    return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
  }
  let nobody: Promise<string> | undefined;
  return {
    hash,
    async verify(password, stored) {
      nobody ??= hash(randomBytes(16).toString('hex'));
      const [, n, blocks, times, salt, key] = (stored ?? (await nobody)).split('$');
      const expected = Buffer.from(key ?? '', 'base64url');
      const given = await derive(password, Buffer.from(salt ?? '', 'base64url'), {
        N: Number(n),
        r: Number(blocks),
        p: Number(times),
      });
      // The work is N times the passes: what an earlier cost leaves out is done for nothing.
      for (let done = Number(n); done < N; done += Number(n))
        await derive('', randomBytes(16), { N: Number(n), r, p });
      return timingSafeEqual(given, expected) && stored !== null;
    },
    isOutdated: (stored) => costOf(stored) < N,
  };
}

/** The lists of common passwords and words take a second to load: who starts a server does not wait for them. */
let strength: ReturnType<typeof loadStrength> | undefined;
async function loadStrength() {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  const { adjacencyGraphs, dictionary } = await import('@zxcvbn-ts/language-common');
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}
const minLength = 10;
/** Guesses that an attacker who got hold of the hash needs about: 10^8 keeps the common ones and their variants out. */
const minGuessesLog10 = 8;

/** Refuses what is short, common, or made of the person's own name and address. @throws ProblemError */
export async function assertGoodPassword(password: string, about: readonly string[]): Promise<void> {
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
  strength ??= loadStrength();
  // Only the beginning is looked at: the search takes longer with every character.
  const { guessesLog10 } = (await strength).check(password.slice(0, 40), own);
  if (guessesLog10 < minGuessesLog10) {
    refuse('This password is easy to guess: it is a common one, or made of common words, names or patterns.');
  }
}
