import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError, createClient, NetworkError } from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A peer that answers as it is told, to see what the client makes of it. */
async function peer(...handlers: Handler[]): Promise<{ baseUrl: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const handler = handlers[Math.min(seen.length, handlers.length) - 1];
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const cut: Handler = (request) => request.socket.destroy();
const problem = (status: number, code: string, headers = {}): Handler =>
  json(status, { status, code, detail: 'No.', request_id: 'r1' }, headers);
const stream =
  (...events: object[]): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // In pieces that end anywhere, as networks deliver them.
    const text = events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(':\n\n');
    response.write(text.slice(0, 7));
    response.end(text.slice(7));
  };

const noWait = { sleep: async () => undefined };

describe('requests', () => {
  it('become typed errors with code, sentence, hint and request id', async () => {
    const { baseUrl } = await peer(
      json(403, { code: 'forbidden_origin', detail: 'Not here.', hint: 'Add it.', request_id: 'r9' }),
    );
    const error = await createClient({ baseUrl })
      .models.list()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 403,
      code: 'forbidden_origin',
      detail: 'Not here.',
      hint: 'Add it.',
      requestId: 'r9',
    });
  });

  it('are tried again after a cut connection and a 503, and then succeed', async () => {
    const { baseUrl, seen } = await peer(cut, problem(503, 'unavailable'), json(200, { data: [] }));
    expect(await createClient({ baseUrl, ...noWait }).models.list()).toEqual({ data: [] });
    expect(seen).toHaveLength(3);
  });

  it('give up after four tries, and say that no answer came', async () => {
    const { baseUrl, seen } = await peer(cut);
    await expect(createClient({ baseUrl, ...noWait }).models.list()).rejects.toBeInstanceOf(NetworkError);
    expect(seen.length).toBeGreaterThanOrEqual(4);
  });

  it('are not tried again when the API has refused them', async () => {
    const { baseUrl, seen } = await peer(problem(402, 'insufficient_credits'));
    await expect(
      createClient({ baseUrl, ...noWait }).generations.create({ upload_id: 'u' }),
    ).rejects.toMatchObject({ code: 'insufficient_credits' });
    expect(seen).toHaveLength(1);
  });

  it('leave a long wait to the caller', async () => {
    const { baseUrl, seen } = await peer(problem(429, 'rate_limited', { 'retry-after': '3600' }));
    await expect(createClient({ baseUrl, ...noWait }).models.list()).rejects.toMatchObject({
      retryAfterS: 3600,
    });
    expect(seen).toHaveLength(1);
  });

  it('repeat a creation with the same idempotency key', async () => {
    const { baseUrl, seen } = await peer(cut, json(201, { id: 'gen_1' }));
    await createClient({ baseUrl, ...noWait }).generations.create({ upload_id: 'u' });
    const [first, second] = seen.map((request) => request.headers['idempotency-key']);
    expect(first).toBeTruthy();
    expect(second).toBe(first);
  });

  it('ask for a fresh token once when the API refuses the old one', async () => {
    const { baseUrl, seen } = await peer(problem(401, 'unauthenticated'), json(200, { data: [] }));
    const token = ({ refresh }: { refresh: boolean }): string => (refresh ? 'new' : 'old');
    await createClient({ baseUrl, token, ...noWait }).models.list();
    expect(seen.map((request) => request.headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('stop when they are aborted', async () => {
    const { baseUrl } = await peer(() => undefined);
    const abort = new AbortController();
    const listing = createClient({ baseUrl }).models.list({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(listing).rejects.toThrow('enough');
  });
});

describe('watching a generation', () => {
  const event = (seq: number, type: string, progress: number) => ({
    seq,
    type,
    status: 'running',
    progress,
    queue: null,
  });
  const open = json(200, { status: 'running', progress: 0.2, queue: null });

  it('takes a broken stream up again after the last event', async () => {
    const { baseUrl, seen } = await peer(
      stream(event(1, 'status', 0), event(2, 'progress', 0.2)),
      open,
      stream(event(3, 'progress', 0.6), event(4, 'done', 1)),
    );
    const story = [];
    for await (const { seq, type } of createClient({ baseUrl, ...noWait }).generations.watch('gen_1'))
      story.push([seq, type]);
    expect(story).toEqual([
      [1, 'status'],
      [2, 'progress'],
      [3, 'progress'],
      [4, 'done'],
    ]);
    expect(seen[2]?.headers['last-event-id']).toBe('2');
  });

  it('asks again and again where streams do not get through', async () => {
    const blocked: Handler = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
    const { baseUrl } = await peer(
      blocked,
      open,
      blocked,
      open,
      blocked,
      json(200, { id: 'gen_1', status: 'succeeded', progress: 1, queue: null }),
    );
    const types = [];
    for await (const { type } of createClient({ baseUrl, ...noWait }).generations.watch('gen_1'))
      types.push(type);
    expect(types.at(-1)).toBe('done');
  });

  it('ends with the API’s refusal when the generation is gone', async () => {
    const { baseUrl } = await peer(problem(410, 'gone'));
    await expect(
      createClient({ baseUrl, ...noWait })
        .generations.watch('gen_1')
        .next(),
    ).rejects.toMatchObject({ code: 'gone' });
  });
});
