import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Speaks like Cloudflare's siteverify (https://developers.cloudflare.com/turnstile/get-started/server-side-validation/):
 * a token is good once, for one secret, and tells the host it was made on.
 */
export interface TurnstileStandIn {
  url: string;
  secret: string;
  /** A token as the widget of Turnstile would give it on a page of this host. */
  solve(hostname: string): string;
  close(): Promise<void>;
}

export async function startTurnstile(): Promise<TurnstileStandIn> {
  const secret = '0x4AAAAAAA_secret_of_the_stand_in';
  const tokens = new Map<string, string>();
  let count = 0;

  function judge(form: URLSearchParams): object {
    const fail = (code: string) => ({ success: false, 'error-codes': [code], messages: [] });
    if (!form.get('secret')) return fail('missing-input-secret');
    if (form.get('secret') !== secret) return fail('invalid-input-secret');
    const token = form.get('response');
    if (!token) return fail('missing-input-response');
    if (!token.startsWith('0.')) return fail('invalid-input-response');
    const hostname = tokens.get(token);
    if (hostname === undefined) return fail('timeout-or-duplicate');
    tokens.delete(token);
    return {
      success: true,
      challenge_ts: new Date().toISOString(),
      hostname,
      'error-codes': [],
      action: '',
      cdata: '',
      metadata: { interactive: false },
    };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = judge(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/turnstile/v0/siteverify`,
    secret,
    solve(hostname) {
      const token = `0.${'x'.repeat(200)}${++count}`;
      tokens.set(token, hostname);
      return token;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
