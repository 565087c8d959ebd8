import { createHmac, randomUUID } from 'node:crypto';
import { modelSheets } from '../../src/providers/index.ts';
import type { Call, HookOptions, StandIn, StandInJob } from './stand-in.ts';
import { areJpegs, isDone, json, scenarioOf, startStandIn, takeJob } from './stand-in.ts';

/*
 * Speaks KieAI's wire format as docs.kie.ai has it (read 2026-11-24): createTask, recordInfo, Veo's and Runway's own
 * endpoints, credits, file upload, signed call-backs.
 */

export const kieKey = 'kie-test-key';
export const kieSecret = 'kie-webhook-secret';

const ok = (data: unknown) => ({ code: 200, msg: 'success', data });
const kinds: Record<string, 'market' | 'veo' | 'runway'> = {
  '/api/v1/jobs/createTask': 'market',
  '/api/v1/veo/generate': 'veo',
  '/api/v1/runway/generate': 'runway',
};

/** What the documentation says of a model's input: known fields only, the right shapes, the required ones there. */
async function complaint(
  kind: string,
  model: string,
  input: Record<string, unknown>,
): Promise<string | null> {
  const sheet = modelSheets().find(({ endpoint }) => endpoint.model === model && endpoint.api === kind);
  if (!sheet) return `model ${model} is not supported`;
  const {
    image,
    end_image: end,
    prompt,
    duration,
    resolution,
    aspect_ratio: shape,
    constants,
    negative_prompt: negative,
    seed,
    camera,
  } = sheet.input;
  const known = [
    image.field,
    end?.field,
    prompt,
    duration?.field,
    resolution?.field,
    shape?.field,
    negative,
    seed,
    ...Object.keys(constants),
  ];
  if (camera.by === 'words') known.push(camera.still);
  const strange = Object.keys(input).find((name) => !known.includes(name));
  if (strange) return `${strange} is not an input of ${model}`;
  const text = input[prompt];
  if (typeof text !== 'string' || text.length > sheet.prompt_max) return 'prompt is missing or too long';
  if (resolution && !Object.values(resolution.values).includes(String(input[resolution.field])))
    return 'resolution is not within the range of allowed options';
  const shots = [image, ...(end && end.field !== image.field && input[end.field] ? [end] : [])];
  if (shots.some(({ field, list }) => list !== Array.isArray(input[field])))
    return 'image has the wrong shape';
  const pictures = shots.flatMap(({ field }) => input[field]);
  if (pictures.length > (end ? 2 : 1)) return 'too many images';
  return (await areJpegs(pictures, sheet.photo.min_side)) ? null : 'Failed to fetch the image';
}

function callBack({ id }: StandInJob, kind: string, { secret = kieSecret, at }: HookOptions): RequestInit {
  const timestamp = String(Math.floor(at ?? Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}`).digest('base64');
  const data = kind === 'veo' ? { taskId: id } : { task_id: id };
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': signature,
    },
    body: JSON.stringify({ code: 200, msg: 'success', data }),
  };
}

const hasFailed = ({ scenario }: StandInJob): string | null =>
  scenario === 'nsfw' || scenario === 'refused'
    ? 'Your prompt was flagged as violating content policies'
    : scenario === 'fault'
      ? 'Internal Error, Please try again later.'
      : null;

function record(standIn: StandIn, kind: string, job: StandInJob): unknown {
  const why = hasFailed(job);
  const file = `${standIn.url}/files/${job.id}.mp4`;
  const over = isDone(job);
  if (kind === 'veo') {
    return {
      taskId: job.id,
      successFlag: !over ? 0 : why ? 3 : 1,
      errorCode: why ? 400 : null,
      errorMessage: why ?? '',
      response: over && !why ? { taskId: job.id, resultUrls: [file] } : null,
    };
  }
  const common = { taskId: job.id, failCode: why ? '400' : '', failMsg: why ?? '' };
  if (kind === 'runway') {
    return {
      ...common,
      state: !over ? 'generating' : why ? 'fail' : 'success',
      videoInfo: over && !why ? { videoId: 'v', taskId: job.id, videoUrl: file } : null,
      expireFlag: 0,
    };
  }
  return {
    ...common,
    model: 'm',
    state: !over ? 'generating' : why ? 'fail' : 'success',
    param: '{}',
    resultJson: over && !why ? JSON.stringify({ resultUrls: [file] }) : '',
    createTime: job.madeAt,
    updateTime: Date.now(),
  };
}

export function startKie(clip: Buffer): Promise<StandIn> {
  let storms = 0;
  let uploaded = Buffer.alloc(0);
  async function create({ response, url, body }: Call, standIn: StandIn): Promise<void> {
    const kind = kinds[url.pathname] ?? 'market';
    const request = JSON.parse(body) as Record<string, unknown>;
    const {
      model = 'runway',
      callBackUrl,
      input = {},
      ...rest
    } = request as { model?: string; callBackUrl?: string; input?: Record<string, unknown> };
    const fields = kind === 'market' ? input : (rest as Record<string, unknown>);
    const why = await complaint(kind, model, fields);
    const scenario = scenarioOf(fields['prompt'], model);
    if (why !== null || scenario === 'invalid')
      return json(response, 200, { code: 422, msg: why ?? 'not like this', data: null });
    if (scenario === 'busy' || (scenario === 'storm' && storms++ % 3 < 2))
      return json(response, 429, { code: 429, msg: 'too many requests', data: null }, { 'retry-after': '1' });
    if (scenario === 'down') return json(response, 500, { code: 500, msg: 'server error', data: null });
    const wanted = { id: `task_${randomUUID()}`, scenario, webhook: callBackUrl, input: fields };
    const job = takeJob(standIn, wanted, (of, options) => callBack(of, kind, options));
    if (scenario === 'hangup') return void response.destroy();
    if (scenario === 'silent') return json(response, 500, { code: 500, msg: 'server error', data: null });
    json(response, 200, ok({ taskId: job.id }));
  }

  return startStandIn(clip, async (call, standIn) => {
    const { request, response, url, body } = call;
    // Whoever has the address may read it, and the real one lies on another host.
    if (url.pathname === '/uploaded/p.jpg') return void response.end(uploaded);
    if (request.headers.authorization !== `Bearer ${kieKey}`)
      return json(response, 200, { code: 401, msg: 'You do not have access permissions', data: null });
    if (url.pathname in kinds) return create(call, standIn);
    if (url.pathname === '/api/v1/chat/credit') return json(response, 200, ok(1234));
    if (url.pathname === '/api/file-stream-upload') {
      const from = body.indexOf('\xff\xd8');
      uploaded = Buffer.from(body.slice(from, body.lastIndexOf('\xff\xd9') + 2), 'latin1');
      const file = { downloadUrl: `${standIn.url}/uploaded/p.jpg`, fileName: 'p.jpg' };
      return json(response, 200, { success: true, ...ok(file) });
    }
    const kind = { recordInfo: 'market', 'record-info': 'veo', 'record-detail': 'runway' }[
      url.pathname.split('/').at(-1) ?? ''
    ];
    const job = standIn.jobs.get(url.searchParams.get('taskId') ?? '');
    if (kind && job?.scenario === 'shaky' && job.asked++ < 1) return json(response, 500, 'oops');
    if (kind && (!job || job.scenario === 'forgotten'))
      return json(response, 200, { code: 422, msg: 'recordInfo is null', data: null });
    if (kind && job) return json(response, 200, ok(record(standIn, kind, job)));
    json(response, 404, { code: 404, msg: 'not found', data: null });
  });
}
