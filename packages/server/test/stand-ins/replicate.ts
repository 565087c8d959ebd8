import { createHmac, randomBytes } from 'node:crypto';
import { modelSheets } from '../../src/providers/index.ts';
import type { Call, HookOptions, StandIn, StandInJob } from './stand-in.ts';
import { areJpegs, isDone, json, scenarioOf, startStandIn, takeJob, tell } from './stand-in.ts';

/*
 * Speaks Replicate's wire format as replicate.com/docs/reference/http has it (read 2026-11-24). A test runs
 * Replicate's own client against it.
 */

export const replicateToken = 'r8_test';
export const replicateSecret = `whsec_${Buffer.from('a secret of the stand-in').toString('base64')}`;

function statusOf(job: StandInJob): string {
  if (job.canceled) return 'canceled';
  if (!isDone(job)) return 'processing';
  return ['nsfw', 'refused', 'fault'].includes(job.scenario) ? 'failed' : 'succeeded';
}

function prediction(standIn: StandIn, job: StandInJob, status = statusOf(job)): Record<string, unknown> {
  const flagged =
    'The input or output was flagged as sensitive. Please try again with different inputs. (E005)';
  const fault = 'Director: unexpected error handling prediction (E6716)';
  const file = `${standIn.url}/files/${job.id}.mp4`;
  return {
    id: job.id,
    model: 'owner/name',
    version: 'hidden',
    status,
    input: job.input,
    output: status === 'succeeded' ? (job.scenario === 'slow' ? [file] : file) : null,
    error: status !== 'failed' ? null : job.scenario === 'fault' ? fault : flagged,
    logs: '',
    data_removed: false,
    created_at: new Date(job.madeAt).toISOString(),
    urls: {
      get: `${standIn.url}/v1/predictions/${job.id}`,
      cancel: `${standIn.url}/v1/predictions/${job.id}/cancel`,
    },
  };
}

function hookOf(standIn: StandIn, job: StandInJob, options: HookOptions): RequestInit {
  const { secret = replicateSecret, at = Date.now() / 1000, status } = options;
  const body = JSON.stringify(prediction(standIn, job, status));
  const [id, timestamp] = [`msg_${randomBytes(8).toString('hex')}`, String(Math.floor(at))];
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}

export function startReplicate(clip: Buffer): Promise<StandIn> {
  let storms = 0;
  async function create({ request, response, body }: Call, standIn: StandIn, model: string): Promise<void> {
    const { input = {}, webhook } = JSON.parse(body) as { input?: Record<string, unknown>; webhook?: string };
    // As the documentation's example has it.
    const cancelAfter = request.headers['cancel-after'];
    if (cancelAfter !== undefined && !/^\d+m$/.test(String(cancelAfter)))
      return json(response, 400, { detail: 'Cancel-After is not as documented', status: 400 });
    const sheet = modelSheets().find(
      ({ provider, endpoint }) => provider === 'replicate' && endpoint.model === model,
    );
    const { image, end_image: end } = sheet?.input ?? {};
    const pictures = [image && input[image.field], ...(end && input[end.field] ? [input[end.field]] : [])];
    const scenario = scenarioOf(input['prompt'], model);
    if (!sheet)
      return json(response, 404, { detail: 'The requested resource could not be found.', status: 404 });
    if (scenario === 'invalid' || !(await areJpegs(pictures, sheet.photo.min_side)))
      return json(response, 422, {
        title: 'Input validation failed',
        detail: '- input: image is required',
        status: 422,
      });
    if (scenario === 'busy' || (scenario === 'storm' && storms++ % 3 < 2))
      return json(response, 429, { detail: 'Request was throttled.', status: 429 }, { 'retry-after': '1' });
    if (scenario === 'down') return json(response, 500, { detail: 'Internal server error', status: 500 });
    const wanted = { id: randomBytes(13).toString('hex'), scenario, webhook, input };
    const job = takeJob(standIn, wanted, (of, options) => hookOf(standIn, of, options));
    setTimeout(() => void tell(job, { status: 'starting' }), 50).unref();
    if (scenario === 'hangup') return void response.destroy();
    if (scenario === 'silent') return json(response, 500, { detail: 'Internal server error', status: 500 });
    json(response, 201, prediction(standIn, job, 'starting'));
  }

  return startStandIn(clip, async (call, standIn) => {
    const { request, response, url } = call;
    if (request.headers.authorization !== `Bearer ${replicateToken}`)
      return json(response, 401, {
        title: 'Unauthenticated',
        detail: 'You did not pass a valid authentication token',
        status: 401,
      });
    const [, , first, owner, name, last] = url.pathname.split('/');
    if (first === 'models' && last === 'predictions') return create(call, standIn, `${owner}/${name}`);
    if (first === 'account') return json(response, 200, { type: 'user', username: 'stand-in' });
    if (first === 'webhooks') return json(response, 200, { key: replicateSecret });
    if (first === 'files')
      return json(response, 201, { id: 'f', urls: { get: 'https://api.replicate.com/v1/files/f' } });
    const job = first === 'predictions' ? standIn.jobs.get(owner ?? '') : undefined;
    if (job?.scenario === 'shaky' && job.asked++ < 1) return json(response, 500, { detail: 'oops' });
    if (!job || job.scenario === 'forgotten')
      return json(response, 404, { detail: 'The requested resource could not be found.', status: 404 });
    if (name === 'cancel') job.canceled = true;
    json(response, 200, prediction(standIn, job));
  });
}
