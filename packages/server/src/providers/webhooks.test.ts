import { createHmac } from 'node:crypto';
import { validateWebhook } from 'replicate';
import { expect, it } from 'vitest';
import { interpretKie } from './kie/webhook.ts';
import type { HookCall } from './port.ts';
import { interpretReplicate } from './replicate/webhook.ts';

const now = new Date('2026-11-24T12:00:00Z');
const seconds = now.getTime() / 1000;
const call = (headers: Record<string, string>, body: string): HookCall => ({
  header: (name) => headers[name],
  body,
  now,
});

it('trusts Kie’s signature over the task and the time, and takes nothing but the task from the body', () => {
  const sign = (id: string, timestamp: number) =>
    createHmac('sha256', 'secret').update(`${id}.${timestamp}`).digest('base64');
  const headers = (id: string, timestamp: number) => ({
    'x-webhook-timestamp': String(timestamp),
    'x-webhook-signature': sign(id, timestamp),
  });
  const body = JSON.stringify({ code: 200, data: { task_id: 't1' } });
  expect(interpretKie(call(headers('t1', seconds), body), 'secret')).toEqual({
    trust: 'signed',
    providerJobId: 't1',
  });
  expect(interpretKie(call(headers('t2', seconds), body), 'secret').trust).toBe('forged');
  expect(interpretKie(call(headers('t1', seconds - 3600), body), 'secret').trust).toBe('forged');
  expect(interpretKie(call({}, 'no json'), 'secret').trust).toBe('forged');
  expect(interpretKie(call({}, JSON.stringify({ taskId: 't1' })), undefined)).toEqual({
    trust: 'unsigned',
    providerJobId: 't1',
  });
});

it('agrees with Replicate’s own client on signatures', async () => {
  const secret = `whsec_${Buffer.from('key').toString('base64')}`;
  const body = JSON.stringify({ id: 'p1', status: 'succeeded' });
  const timestamp = String(seconds);
  const signature = `v1,${createHmac('sha256', 'key').update(`msg.${timestamp}.${body}`).digest('base64')}`;
  const headers = { 'webhook-id': 'msg', 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  for (const sent of [body, body.replace('p1', 'p2')]) {
    const theirs = await validateWebhook({ id: 'msg', timestamp, signature, body: sent, secret });
    expect(interpretReplicate(call(headers, sent), secret).trust).toBe(theirs ? 'signed' : 'forged');
  }
  expect(interpretReplicate(call(headers, body), secret)).toEqual({ trust: 'signed', providerJobId: 'p1' });
  const old = { ...headers, 'webhook-timestamp': String(seconds - 600) };
  expect(interpretReplicate(call(old, body), secret).trust).toBe('forged');
});
