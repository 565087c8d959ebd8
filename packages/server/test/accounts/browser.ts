import type { RunningServer } from '../support/running-server.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A browser on a page of the server: it keeps its cookie. */
export interface Browser {
  cookie: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export function browserOf(server: RunningServer): Browser {
  const browser: Browser = {
    cookie: '',
    async send(method, path, body, headers = {}) {
      const response = await fetch(server.url + path, {
        method,
        headers: {
          'imgvid-console': '1',
          'content-type': 'application/json',
          cookie: browser.cookie,
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const set = response.headers.get('set-cookie');
      if (set) browser.cookie = set.split(';')[0] ?? '';
      const text = await response.text();
      return { status: response.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
    },
  };
  return browser;
}

export async function newestMail(
  server: RunningServer,
  to: string,
): Promise<{ template: string; token: string }> {
  const response = await fetch(`${server.url}/dev/outbox.json`);
  const { data } = (await response.json()) as {
    data: { to: string; template: string; link?: { url: string } }[];
  };
  const mail = data.find((one) => one.to === to);
  return { template: mail?.template ?? 'none', token: mail?.link?.url.split('#token=')[1] ?? '' };
}

/** Somebody with an account and a tenant of his own, of the same name. */
export async function signUp(server: RunningServer, email: string, name: string): Promise<Browser> {
  const page = browserOf(server);
  await page.send('POST', '/v1/account/sign-up', { email });
  const { token } = await newestMail(server, email);
  const made = await page.send('POST', '/v1/account/sign-up/complete', { token, name, tenant_name: name });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return page;
}
