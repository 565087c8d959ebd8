import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { HookCall, HookHint } from '../port.ts';

const toleranceS = 300;
const bodySchema = z.object({ id: z.string().min(1).max(200) });

function idOf(body: string): string | null {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.id : null;
  } catch {
    return null;
  }
}

/**
 * Standard Webhooks: `webhook-signature` holds, with spaces between them, `v1,` and the base64 of HMAC-SHA256 over
 * `id.timestamp.body`; the key is the base64 behind `whsec_`. replicate.com/docs/topics/webhooks/verify-webhook and
 * www.standardwebhooks.com, read 2026-11-24; a test holds it against `validateWebhook` of Replicate's client.
 */
export function interpretReplicate(call: HookCall, secret: string): HookHint {
  const id = call.header('webhook-id') ?? '';
  const timestamp = call.header('webhook-timestamp') ?? '';
  const key = Buffer.from(secret.slice(secret.lastIndexOf('_') + 1), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${call.body}`).digest();
  const fits = (call.header('webhook-signature') ?? '').split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  const fresh =
    /^\d{1,12}$/.test(timestamp) && Math.abs(call.now.getTime() / 1000 - Number(timestamp)) < toleranceS;
  return { trust: fits && fresh ? 'signed' : 'forged', providerJobId: idOf(call.body) };
}
