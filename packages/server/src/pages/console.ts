import { createRouter } from '../platform/http/router.ts';
import { staticFiles } from './static-files.ts';

export interface ConsoleOptions {
  /** The built console. */
  folder: string;
  publicUrl: string;
  /** Where videos come from, besides this server. */
  storageOrigin: string | undefined;
  /** Whether anybody may sign up. */
  signUp: boolean;
  /** Where mails can be read in development. */
  outbox: string | undefined;
}

/** Vite names what it builds by content; the pages themselves keep their names. */
const hashed = /^assets\/.+-[\w-]{8,}\.\w+$/;

/** No script, style or frame from anywhere else, nothing inline. */
function policyOf({ publicUrl, storageOrigin }: ConsoleOptions, directives: readonly string[]): string {
  const media = [new URL(publicUrl).origin, storageOrigin].filter(Boolean).join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data: ${media}`,
    `media-src 'self' blob: ${media}`,
    `connect-src 'self' blob: ${media}`,
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    ...directives,
  ].join('; ');
}

/**
 * `/console/*`: the site owner's pages. Every address below it is the same page, which finds its own way; except
 * for `/console/preview`, a page for the frame in which the real widget shows a look that is not saved yet.
 */
export function consoleRoutes(options: ConsoleOptions) {
  const { folder, signUp, outbox } = options;
  const headers = (policy: string, frames: string) => (name: string) => ({
    'cache-control': hashed.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(), geolocation=(), publickey-credentials-get=(self)',
    'referrer-policy': 'same-origin',
    'x-frame-options': frames,
  });
  const own = headers(
    policyOf(options, ["frame-src 'self'", "frame-ancestors 'none'", 'trusted-types lit-html']),
    'DENY',
  );
  const framed = headers(
    policyOf(options, ["frame-ancestors 'self'", 'trusted-types lit-html imgvid']),
    'SAMEORIGIN',
  );
  const page = (index: string, pageHeaders: typeof own) =>
    staticFiles({ root: folder, mount: '/console/', headers: pageHeaders, index, single: true });
  const router = createRouter();
  router.get('/console', (c) => c.redirect('/console/', 302));
  router.get('/console/settings.json', (c) =>
    c.json({ sign_up: signUp, outbox: outbox ?? null }, 200, { 'cache-control': 'no-store' }),
  );
  router.on(
    ['GET', 'HEAD'],
    '/console/assets/*',
    staticFiles({ root: folder, mount: '/console/', headers: own }),
  );
  router.on(['GET', 'HEAD'], '/console/preview', page('preview.html', framed));
  router.on(['GET', 'HEAD'], ['/console/', '/console/*'], page('index.html', own));
  return router;
}
