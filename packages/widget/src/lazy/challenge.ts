import type { Challenge, VisitorSessionRequest } from '@imgvid/api/types';

/** What the API takes as proof. */
type Answer = Pick<VisitorSessionRequest, 'proof_of_work' | 'turnstile_token'>;

export async function answerTo(challenge: Challenge): Promise<Answer> {
  return challenge.type === 'turnstile'
    ? { turnstile_token: await askTurnstile(challenge.site_key) }
    : { proof_of_work: await solve(challenge.challenge) };
}

interface Parameters {
  nonce: string;
  salt: string;
  cost: number;
  keyLength: number;
  keyPrefix: string;
}

const bytes = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hexOf = (buffer: ArrayBuffer): string =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * ALTCHA, version 2 (https://altcha.org): which number behind the nonce makes PBKDF2 begin as asked? WebCrypto does
 * the work beside the page's own thread, so nothing stutters and no worker is needed, which a page's policy might
 * forbid.
 */
async function solve(challenge: Record<string, unknown>): Promise<string> {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge['parameters'] as Parameters;
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const end = new DataView(password.buffer, password.length - 4);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost };
  for (let counter = 0; ; counter++) {
    end.setUint32(0, counter);
    // oxlint-disable-next-line no-await-in-loop -- one after another is what makes it work
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    // oxlint-disable-next-line no-await-in-loop
    const derivedKey = hexOf(await crypto.subtle.deriveBits(algorithm, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) {
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
    }
  }
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

interface Turnstile {
  render(
    place: HTMLElement,
    options: {
      sitekey: string;
      appearance: 'interaction-only';
      callback: (token: string) => void;
      'error-callback': (code: string) => void;
    },
  ): string;
  remove(id: string): void;
}

declare global {
  interface Window {
    turnstile?: Turnstile;
    trustedTypes?: TrustedTypes;
  }
}

const turnstileScript = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';

async function loadTurnstile(): Promise<Turnstile> {
  if (!window.turnstile) {
    const script = document.createElement('script');
    const policy = window.trustedTypes?.createPolicy('imgvid-turnstile', {
      createScriptURL: (url) => url,
    });
    script.src = policy?.createScriptURL(turnstileScript) ?? turnstileScript;
    await new Promise((resolve, reject) => {
      script.onload = resolve;
      script.onerror = () => reject(new Error('Turnstile did not load'));
      document.head.append(script);
    });
  }
  if (!window.turnstile) throw new Error('Turnstile did not start');
  return window.turnstile;
}

/** Of Cloudflare, where the site's owner has set it up. It draws nothing unless it wants a click. */
async function askTurnstile(sitekey: string): Promise<string> {
  const turnstile = await loadTurnstile();
  const place = document.createElement('div');
  Object.assign(place.style, {
    position: 'fixed',
    insetBlockEnd: '1em',
    insetInlineEnd: '1em',
    zIndex: '2147483647',
  });
  document.body.append(place);
  let id = '';
  try {
    return await new Promise((resolve, reject) => {
      id = turnstile.render(place, {
        sitekey,
        appearance: 'interaction-only',
        callback: resolve,
        'error-callback': (code) => reject(new Error(`Turnstile: ${code}`)),
      });
    });
  } finally {
    if (id) turnstile.remove(id);
    place.remove();
  }
}
