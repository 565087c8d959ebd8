import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kieClient } from './client.ts';

/** Answers every call with the code that stands in its address. */
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ code: Number(request.url?.slice(1)), msg: 'as documented', data: null }));
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

// What a call that asks makes of it, and what one that makes a task does.
it.each([
  [401, 'account', 'account'],
  [402, 'account', 'account'],
  [404, 'invalid', 'invalid'],
  [408, 'down', 'unclear'],
  [422, 'invalid', 'invalid'],
  [429, 'busy', 'busy'],
  [433, 'account', 'account'],
  [451, 'invalid', 'invalid'],
  [455, 'down', 'down'],
  [500, 'down', 'unclear'],
  [501, 'down', 'down'],
  [505, 'down', 'down'],
])('Kie’s code %i is told as %s to who asks, and as %s to who makes a task', async (code, asking, making) => {
  const client = kieClient({ key: 'k', url, uploadUrl: url });
  await expect(client.get(`/${code}`)).rejects.toMatchObject({ kind: asking });
  await expect(client.post(`/${code}`, {})).rejects.toMatchObject({ kind: making });
});
