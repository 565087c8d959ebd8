import { createRouter } from '../platform/http/router.ts';
import { staticFiles } from './static-files.ts';

export interface DemoOptions {
  /** The script-tag example. */
  folder: string;
  publicUrl: string;
  /** Where photos go to and videos come from, besides this server. */
  storageOrigin: string | undefined;
}

/** `/demo`: the script-tag example as it stands in the repository, under the strict policy the docs recommend. */
export function demoRoutes({ folder, publicUrl, storageOrigin }: DemoOptions) {
  const media = ['blob:', new URL(publicUrl).origin, storageOrigin].filter(Boolean).join(' ');
  const headers = (): Record<string, string> => ({
    'cache-control': 'no-cache',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' ${media}`,
      `media-src 'self' ${media}`,
      `connect-src 'self' ${media}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types lit-html imgvid',
    ].join('; '),
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  });
  const router = createRouter();
  const files = staticFiles({ root: folder, mount: '/demo/', headers, index: 'index.html' });
  router.get('/', (c) => c.redirect('/demo/', 302));
  router.get('/demo', (c) => c.redirect('/demo/', 302));
  router.on(['GET', 'HEAD'], ['/demo/', '/demo/*'], files);
  return router;
}
