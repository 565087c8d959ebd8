import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskStore } from '../../src/platform/storage/index.ts';
import { describeBlobStore } from './contract.ts';
import { serveRoutes } from './serve-routes.ts';

describeBlobStore('files on disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'imgvid-disk-'));
  const signingKey = Buffer.alloc(32, 7);
  const server = await serveRoutes((publicUrl) => diskStore({ root, publicUrl, signingKey }).routes);
  const storeAt = (offsetS: number): ReturnType<typeof diskStore> =>
    diskStore(
      { root, publicUrl: server.origin, signingKey },
      { clock: { now: () => new Date(Date.now() + offsetS * 1000) } },
    );
  return {
    store: storeAt(0),
    storeAt,
    async close() {
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
});
