import { z } from 'zod';
import { inputOf } from '../catalogue/input.ts';
import { costOf, modelOf } from '../catalogue/model.ts';
import { sheetsOf } from '../catalogue/sheets.ts';
import { faultMessage, isRefusal, refusalMessage } from '../errors.ts';
import { outsideBasics, type OutsideSettings } from '../outside.ts';
import type { OutsideJob, OutsideProvider, ProviderState, SentPhoto } from '../port.ts';
import { replicateClient, type Prediction } from './client.ts';
import { interpretReplicate } from './webhook.ts';

export interface ReplicateSettings extends OutsideSettings {
  token: string;
  /** https://api.replicate.com */
  url: string;
  /** Undefined: asked from the API when it is first needed. */
  webhookSecret: string | undefined;
}

/** Inputs up to this size may stand in the request (replicate.com/docs/topics/predictions/input-files). */
const dataUriBytes = 256 * 1000;

/** One URI, or a list of them. */
const output = z.union([z.string().transform((url) => [url]), z.array(z.string())]);

function failed(error: unknown): ProviderState {
  const why = typeof error === 'string' ? error : JSON.stringify(error ?? '');
  return isRefusal(why)
    ? { status: 'failed', code: 'content_refused', message: refusalMessage, cause: 'refusal' }
    : { status: 'failed', code: 'provider_failed', message: faultMessage, cause: 'fault' };
}

function stateOf({ status, output: files, error }: Prediction): ProviderState {
  if (status === 'starting') return { status: 'queued' };
  if (status === 'processing') return { status: 'running', progress: 0 };
  if (status === 'succeeded') {
    const parsed = output.safeParse(files);
    return parsed.success && parsed.data.length > 0
      ? { status: 'delivered', urls: parsed.data }
      : failed('succeeded without a file');
  }
  // At its deadline: `aborted` never started and costs nothing, `canceled` was at work and is charged.
  if (status === 'aborted') return failed('aborted before it started');
  if (status === 'canceled')
    return { status: 'failed', code: 'provider_failed', message: faultMessage, cause: 'canceled' };
  return failed(error);
}

/** Replicate (replicate.com/docs, read 2026-11-24). */
export function replicateProvider(settings: ReplicateSettings): OutsideProvider {
  const client = replicateClient(settings);
  const basics = outsideBasics(sheetsOf('replicate'), settings);
  let secret = settings.webhookSecret;

  async function urlOf({ url, bytes }: SentPhoto): Promise<string> {
    if (url !== null) return url;
    const dataUri = `data:image/jpeg;base64,${bytes.toString('base64')}`;
    return dataUri.length <= dataUriBytes ? dataUri : client.upload(bytes);
  }

  async function submit(job: OutsideJob): Promise<{ providerJobId: string }> {
    const sheet = basics.sheet(job.model);
    const { api, model } = sheet.endpoint;
    const urls = { first: await urlOf(job.photo), last: job.endPhoto && (await urlOf(job.endPhoto)) };
    const body = {
      ...(api === 'version' && { version: model }),
      input: inputOf(sheet, job.params, urls),
      // `start` comes at once: by it a job whose answer was lost is found again.
      ...(job.webhookUrl !== null && {
        webhook: job.webhookUrl,
        webhook_events_filter: ['start', 'completed'],
      }),
    };
    const path = api === 'version' ? 'predictions' : `models/${model}/predictions`;
    const { id } = await client.create({ path, body, deadlineS: job.deadlineS });
    return { providerJobId: id };
  }

  return {
    kind: 'outside',
    id: 'replicate',
    ...basics.limits,
    models: () => basics.sheets.map((sheet) => modelOf(sheet, settings.pricing, settings.photoLimits)),
    quote: (model, params) => costOf(basics.sheet(model), params),
    photoRules: basics.photoRules,
    submit,
    async check({ providerJobId }) {
      const prediction = await client.get(providerJobId);
      return prediction === null ? { status: 'unknown' } : stateOf(prediction);
    },
    cancel: ({ providerJobId }) => client.cancel(providerJobId),
    async interpret(call) {
      secret ??= await client.webhookSecret();
      return interpretReplicate(call, secret);
    },
    account: async () => `The token belongs to ${await client.username()}.`,
  };
}
