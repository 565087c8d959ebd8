import { createRouter } from '../platform/http/router.ts';
import { staticFiles } from './static-files.ts';

/** Chunks carry a hash of their content in their name and never change; the loader's name stays the same. */
const hashed = /-[\w-]{8,}\.(?:js|css)$/;

const headers = (name: string): Record<string, string> => ({
  'cache-control': hashed.test(name) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
  // The files are for any page, with integrity attributes if it wishes.
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
});

/** `/embed/v1/imgvid.js` and its chunks: what pages load. */
export function embedRoutes(widgetFolder: string) {
  const router = createRouter();
  router.on(
    ['GET', 'HEAD'],
    '/embed/v1/*',
    staticFiles({ root: widgetFolder, mount: '/embed/v1/', headers }),
  );
  return router;
}
