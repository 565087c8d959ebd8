import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { pino } from 'pino';
import type { AppEnv } from '../../src/platform/http/env.ts';
import { onError } from '../../src/platform/http/errors.ts';
import { requestContext } from '../../src/platform/http/request-context.ts';

export interface Served {
  origin: string;
  port: number;
  close(): Promise<void>;
}

/** Routes behind the server's own middleware on a free port of this machine. */
export async function serveRoutes(make: (origin: string) => Hono): Promise<Served> {
  const app = new Hono<AppEnv>();
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  app.use(requestContext({ log: pino({ level: 'silent' }), publicUrl: origin, onSeen: () => undefined }));
  app.onError(onError);
  app.route('/', make(origin));
  return {
    origin,
    port,
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
