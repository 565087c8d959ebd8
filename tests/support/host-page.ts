import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostPage {
  /** What stands in `<head>` and `<body>`. */
  head?: string;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** Somebody's site: pages of an origin that is not the server's. */
export interface HostSite {
  origin: string;
  /** Puts a page on the site and gives its address. */
  put(page: HostPage): string;
  /** A file that pages of the site may load. */
  file(name: string, content: string, type: string): string;
  close(): Promise<void>;
}

interface Answer {
  content: string;
  headers: Readonly<Record<string, string>>;
}

export async function openHostSite(): Promise<HostSite> {
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '');
    response.writeHead(answer ? 200 : 404, answer?.headers).end(answer?.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    put({ head = '', body, headers = {} }) {
      const path = `/page-${answers.size}`;
      answers.set(path, {
        content: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A site</title>${head}</head><body>${body}</body></html>`,
        headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
      });
      return origin + path;
    },
    file(name, content, type) {
      answers.set(`/${name}`, { content, headers: { 'content-type': type } });
      return `${origin}/${name}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
