/** A process that holds event streams open: the whole server, or bare node:http doing the same. */
import type { ServerResponse } from 'node:http';
import { ownServer, rawServer, withOpened, type Opened } from './running.ts';

const [kind, databaseUrl = ''] = process.argv.slice(2);

/** What is in use once garbage is gone. */
async function memory(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().rss;
}

/** Headers and first event as the server writes them; the response is kept, so that it could be written to. */
async function rawStreams(opened: Opened): Promise<number> {
  const open = new Map<string, ServerResponse>();
  const ping = setInterval(() => {
    for (const response of open.values()) response.write(':\n\n');
  }, 20_000);
  opened.add(ping, clearInterval);
  return rawServer(opened, (request, response) => {
    const id = request.url ?? '';
    open.set(id, response);
    response.on('close', () => open.delete(id));
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.write(
      `id: 1\nevent: status\ndata: {"seq":1,"type":"status","status":"running","progress":0.5,"queue":null}\n\n`,
    );
  });
}

await withOpened(async (opened) => {
  const ended = new Promise((resolve) => process.once('disconnect', resolve));
  const port = kind === 'raw' ? await rawStreams(opened) : (await ownServer(opened, databaseUrl)).port;
  process.on('message', () => void memory().then((rss) => process.send?.({ rss })));
  process.send?.({ port });
  await ended;
});
process.exit();
