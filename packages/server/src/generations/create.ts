import type { Generation, GenerationParams, GenerationRequest, Model, Quote } from '@imgvid/api';
import { moveFromPrompt } from '@imgvid/renderer/moves';
import { hold } from '../billing/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Trx } from '../platform/database/index.ts';
import { notFound, ProblemError, problem } from '../platform/http/problem.ts';
import { claimKey, hashRequest } from '../platform/idempotency/index.ts';
import { decodeId, newUuid } from '../platform/ids.ts';
import type { Queue } from '../platform/queue/index.ts';
import { priceOf, resolveParams, type Catalogue, type Provider } from '../providers/index.ts';
import { scopeOf, takeAllowance, type Principal } from '../sites/index.ts';
import { findUploadForUse, keepUntil } from '../uploads/index.ts';
import { presentPlain } from './present.ts';
import { countOpen, insertGeneration, type GenerationRow } from './store.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface CreateParts {
  database: Database;
  clock: Clock;
  queue: Queue;
  catalogue: Catalogue;
  line: WaitingLine;
}

/** After this an open generation has failed, whatever a provider still promises. */
const deadlineMs = 60 * 60_000;
/** The photo of an open generation stays as long as it can be open, and a day more to try again. */
const photoMs = deadlineMs + 24 * 60 * 60_000;
/** Enough for twenty tabs of one visitor; more is somebody filling the line. */
const maxOpenPerVisitor = 20;

interface Choice {
  model: Model;
  provider: Provider;
  params: GenerationParams;
  credits: number;
}

/**
 * The models this caller may use: of those the site's owner allows, with a test key those that cost nobody anything.
 * The first is the one that is used when none is named.
 */
export function offeredModels(catalogue: Catalogue, principal: Principal): Model[] {
  const allowed = principal.kind === 'visitor' ? principal.models : null;
  const models = catalogue.models.filter(
    ({ id }) =>
      allowed?.includes(id) !== false &&
      (principal.mode === 'live' || catalogue.find(id)?.provider.kind === 'inside'),
  );
  const rank = (model: Model): number => allowed?.indexOf(model.id) ?? 0;
  return models.toSorted((a, b) => rank(a) - rank(b));
}

function unknownModel(): ProblemError {
  return new ProblemError({
    code: 'invalid_request',
    detail: 'There is no such model.',
    hint: 'GET /v1/models lists them; “auto” chooses one.',
    errors: [{ path: 'model', message: 'not a model of this installation' }],
  });
}

/** Words that say more than how the camera moves need a model that reads scenes. */
const isSceneRequest = ({ prompt }: GenerationRequest): boolean =>
  prompt !== undefined && prompt.trim() !== '' && moveFromPrompt(prompt) === null;

const canDo = (model: Model, request: GenerationRequest): boolean => {
  try {
    resolveParams(model, request);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
};

/** `auto`: the first model that can do what is asked for; of the others the cheapest. */
function chooseModel(models: Model[], request: GenerationRequest): Model {
  const [usual] = models;
  if (!usual) throw problem('provider_unavailable', 'No video can be made with this key at the moment.');
  const isFit = (model: Model): boolean =>
    (model.prompt?.role !== 'camera' || !isSceneRequest(request)) && canDo(model, request);
  if (isFit(usual)) return usual;
  const priced = models
    .filter(isFit)
    .map((model) => ({ model, credits: priceOf(model, resolveParams(model, request)) }));
  return priced.toSorted((a, b) => a.credits - b.credits)[0]?.model ?? usual;
}

function choose(catalogue: Catalogue, principal: Principal, request: GenerationRequest): Choice {
  const wanted = request.model ?? 'auto';
  const models = offeredModels(catalogue, principal);
  const model = wanted === 'auto' ? chooseModel(models, request) : models.find(({ id }) => id === wanted);
  const found = model && catalogue.find(model.id);
  if (!found) throw unknownModel();
  const params = resolveParams(found.model, request);
  return { ...found, params, credits: priceOf(found.model, params) };
}

/** The price of exactly what a generation with this request would make. */
export function quote({ catalogue }: CreateParts, principal: Principal, request: GenerationRequest): Quote {
  const { model, params, credits } = choose(catalogue, principal, request);
  return { model: model.id, params, credits };
}

async function requirePhoto(trx: Trx, principal: Principal, uploadId: string): Promise<void> {
  const upload = await findUploadForUse(trx, uploadId);
  if (!upload || upload.mode !== principal.mode) throw notFound('photo');
  if (upload.status === 'deleted')
    throw problem('gone', 'This photo has been deleted. Please choose it again.');
  if (upload.status !== 'ready') {
    throw problem('conflict', 'The photo is not ready yet.', 'Complete the upload first.');
  }
}

/** After the hold, whose account row lets only one submit of a tenant through at a time, so the count is exact. */
async function checkOpen(trx: Trx, { visitorId }: Principal): Promise<void> {
  if (visitorId === undefined || (await countOpen(trx, visitorId)) < maxOpenPerVisitor) return;
  throw new ProblemError({
    code: 'limit_reached',
    detail: `${maxOpenPerVisitor} videos are being made for you already. Please wait for one of them. Nothing was charged.`,
    retryAfterS: 10,
  });
}

function newRow(
  parts: CreateParts,
  principal: Principal,
  choice: Choice,
  request: GenerationRequest,
  uploadId: string,
): GenerationRow {
  return {
    tenantId: principal.tenantId,
    id: newUuid(parts.clock),
    siteId: principal.siteId,
    visitorId: principal.visitorId ?? null,
    mode: principal.mode,
    uploadId,
    status: 'queued',
    progress: 0,
    provider: choice.provider.id,
    model: choice.model.id,
    params: choice.params,
    productRef: request.product_ref ?? null,
    metadata: request.metadata ?? {},
    price: choice.credits,
    holdId: null,
    lastSeq: 1,
    videoKey: null,
    posterKey: null,
    output: null,
    errorCode: null,
    errorMessage: null,
    createdAt: parts.clock.now(),
    completedAt: null,
    deletesAt: null,
    deletedAt: null,
  };
}

async function writeGeneration(
  trx: Trx,
  parts: CreateParts,
  principal: Principal,
  row: GenerationRow,
): Promise<void> {
  const { tenantId, id, mode, price, createdAt } = row;
  // The account first, then the photo: every submit takes its locks in this order, so none wait for each other.
  const holdId = await hold(trx, parts.clock, { tenantId, mode, amount: price, generationId: id });
  await requirePhoto(trx, principal, row.uploadId);
  await checkOpen(trx, principal);
  if (principal.kind === 'visitor') await takeAllowance(trx, parts.clock, principal, price);
  await insertGeneration(trx, {
    ...row,
    siteId: principal.siteId,
    visitorId: principal.visitorId,
    holdId,
    now: createdAt,
    deadlineAt: new Date(createdAt.getTime() + deadlineMs),
  });
  await keepUntil(trx, row.uploadId, new Date(createdAt.getTime() + photoMs));
  await parts.queue.send(trx, 'generation.submit', { tenantId, generationId: id }, { group: tenantId });
}

/**
 * One transaction holds the credits, writes the generation and enqueues its work: all of it happens, or
 * nothing. With an idempotency key the same request made again gets the first one's answer.
 */
export async function createGeneration(
  parts: CreateParts,
  principal: Principal,
  request: GenerationRequest,
  idempotencyKey: string | undefined,
): Promise<Generation> {
  const choice = choose(parts.catalogue, principal, request);
  const uploadId = decodeId('upl', request.upload_id);
  if (uploadId === null) throw notFound('photo');
  const row = newRow(parts, principal, choice, request, uploadId);
  const answer = presentPlain(row, await parts.line.positionOfNext(row.provider, row.model));
  return parts.database.withTenant(scopeOf(principal), async (trx) => {
    if (idempotencyKey !== undefined) {
      const { tenantId, actor } = principal;
      const claim = { tenantId, actor, key: idempotencyKey, requestHash: hashRequest(request) };
      const earlier = await claimKey(trx, claim, { status: 201, response: answer });
      if (earlier !== null) return earlier as Generation;
    }
    await writeGeneration(trx, parts, principal, row);
    return answer;
  });
}
