import { z } from 'zod';
import { inputOf } from '../catalogue/input.ts';
import { costOf, modelOf } from '../catalogue/model.ts';
import { sheetsOf } from '../catalogue/sheets.ts';
import type { SheetOf } from '../catalogue/sheet.ts';
import { ProviderError } from '../errors.ts';
import { outsideBasics, type OutsideSettings } from '../outside.ts';
import type { OutsideJob, OutsideProvider, ProviderState, SentPhoto } from '../port.ts';
import { kieClient } from './client.ts';
import { readRecord } from './records.ts';
import { interpretKie } from './webhook.ts';

export interface KieSettings extends OutsideSettings {
  key: string;
  url: string;
  uploadUrl: string;
  /** `webhookHmacKey` of the account's settings page; without it call-backs are unsigned hints. */
  webhookSecret: string | undefined;
}

type Sheet = SheetOf<'kie'>;
type Api = Sheet['endpoint']['api'];

const paths: Record<Api, { create: string; record: string }> = {
  market: { create: '/api/v1/jobs/createTask', record: '/api/v1/jobs/recordInfo' },
  veo: { create: '/api/v1/veo/generate', record: '/api/v1/veo/record-info' },
  runway: { create: '/api/v1/runway/generate', record: '/api/v1/runway/record-detail' },
};

const created = z.object({ taskId: z.string().min(1).max(200) });
/** How the record of a task that is not there, or not any more, is told. */
const noRecord = /null|not found|not exist|empty|expired/i;

/**
 * The market wraps the input; Veo and Runway take it as the body itself, at older addresses that Kie still documents
 * under docs.kie.ai/old-model. Its newer pages have both in the market too.
 */
function requestOf({ endpoint }: Sheet, input: object, webhookUrl: string | null): object {
  const callBack = webhookUrl === null ? {} : { callBackUrl: webhookUrl };
  if (endpoint.api === 'market') return { model: endpoint.model, ...callBack, input };
  if (endpoint.api === 'veo') return { model: endpoint.model, ...callBack, ...input };
  return { ...callBack, ...input };
}

/** KieAI (docs.kie.ai, read 2026-11-28). It has no way to cancel a task. */
export function kieProvider(settings: KieSettings): OutsideProvider {
  const client = kieClient(settings);
  const basics = outsideBasics(sheetsOf('kie'), settings);

  const urlOf = async ({ url, bytes }: SentPhoto): Promise<string> =>
    url ?? client.upload(`${crypto.randomUUID()}.jpg`, bytes);

  async function submit(job: OutsideJob): Promise<{ providerJobId: string }> {
    const sheet = basics.sheet(job.model);
    const urls = { first: await urlOf(job.photo), last: job.endPhoto && (await urlOf(job.endPhoto)) };
    const request = requestOf(sheet, inputOf(sheet, job.params, urls), job.webhookUrl);
    const { data } = await client.post(paths[sheet.endpoint.api].create, request);
    const parsed = created.safeParse(data);
    if (!parsed.success) throw new ProviderError('unclear', 'Kie took the task and gave no id');
    return { providerJobId: parsed.data.taskId };
  }

  async function check({
    model,
    providerJobId,
  }: {
    model: string;
    providerJobId: string;
  }): Promise<ProviderState> {
    const { api } = basics.sheet(model).endpoint;
    try {
      const { data } = await client.get(`${paths[api].record}?taskId=${encodeURIComponent(providerJobId)}`);
      if (data === null || data === undefined) return { status: 'unknown' };
      return readRecord[api](data);
    } catch (error) {
      if (error instanceof z.ZodError)
        throw new ProviderError('down', 'Kie’s record is not as documented', { cause: error });
      if (error instanceof ProviderError && error.kind === 'invalid' && noRecord.test(error.message))
        return { status: 'unknown' };
      throw error;
    }
  }

  return {
    kind: 'outside',
    id: 'kie',
    ...basics.limits,
    models: () => basics.sheets.map((sheet) => modelOf(sheet, settings.pricing, settings.photoLimits)),
    quote: (model, params) => costOf(basics.sheet(model), params),
    photoRules: basics.photoRules,
    submit,
    check,
    cancel: () => Promise.resolve(),
    interpret: (call) => Promise.resolve(interpretKie(call, settings.webhookSecret)),
    // docs.kie.ai/common-api/get-account-credits
    async account() {
      const { data } = await client.get('/api/v1/chat/credit');
      return `${Number(data)} Kie credits are left.`;
    },
  };
}
