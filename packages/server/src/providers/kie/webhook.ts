import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { HookCall, HookHint } from '../port.ts';

/** In the body the id stands in one of three places, depending on the API. */
const bodySchema = z.object({
  taskId: z.string().max(200).optional(),
  data: z
    .object({ task_id: z.string().max(200).optional(), taskId: z.string().max(200).optional() })
    .nullish(),
});

const toleranceS = 300;

function taskIdOf(body: string): string | null {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(body));
    if (!parsed.success) return null;
    return parsed.data.data?.task_id ?? parsed.data.data?.taskId ?? parsed.data.taskId ?? null;
  } catch {
    return null;
  }
}

/**
 * `X-Webhook-Signature` is base64(HMAC-SHA256(key, taskId + "." + X-Webhook-Timestamp)), the time in seconds
 * (docs.kie.ai/common-api/webhook-verification, read 2026-11-28). It does not cover the rest of the body: whoever
 * has seen one call can say what he likes about that task for five minutes. So only the id is taken from it.
 */
export function interpretKie(call: HookCall, secret: string | undefined): HookHint {
  const providerJobId = taskIdOf(call.body);
  if (secret === undefined) return { trust: 'unsigned', providerJobId };
  const timestamp = call.header('x-webhook-timestamp') ?? '';
  const given = Buffer.from(call.header('x-webhook-signature') ?? '', 'base64');
  const expected = createHmac('sha256', secret).update(`${providerJobId}.${timestamp}`).digest();
  const fresh =
    /^\d{1,12}$/.test(timestamp) && Math.abs(call.now.getTime() / 1000 - Number(timestamp)) < toleranceS;
  const signed =
    providerJobId !== null && fresh && given.length === expected.length && timingSafeEqual(given, expected);
  return { trust: signed ? 'signed' : 'forged', providerJobId };
}
