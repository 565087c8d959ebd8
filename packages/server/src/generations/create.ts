import type { Generation, GenerationRequest, Model, Quote } from '@imgvid/api';
import { hold } from '../billing/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Trx } from '../platform/database/index.ts';
import { notFound, ProblemError, problem } from '../platform/http/problem.ts';
import { claimKey, hashRequest } from '../platform/idempotency/index.ts';
import { decodeId, newUuid } from '../platform/ids.ts';
import type { Queue } from '../platform/queue/index.ts';
import type { Catalogue, Provider } from '../providers/index.ts';
import { scopeOf, takeAllowance, usualRouting, type Principal } from '../sites/index.ts';
import { findUploadForUse, keepUntil } from '../uploads/index.ts';
import { presentPlain } from './present.ts';
import { route, type Candidate } from './routing.ts';
import { countOpen, insertGeneration, uploadsOf, type GenerationRow } from './store.ts';
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

interface Choice extends Candidate {
  provider: Provider;
  fallbacks: string[];
}

/**
 * The models this caller may use: those the site's owner allows; with a test key those that cost nobody anything, even
 * where the site lists none of them, since it is to be tried out all the same. The first is the one that is used when
 * none is named.
 */
export function offeredModels(catalogue: Catalogue, principal: Principal): Model[] {
  const isFree = ({ id }: Model): boolean => catalogue.find(id)?.provider.kind === 'inside';
  const usable = principal.mode === 'live' ? catalogue.models : catalogue.models.filter(isFree);
  const allowed = principal.kind === 'visitor' ? principal.models : null;
  const listed = usable.filter(({ id }) => allowed?.includes(id) !== false);
  const models = listed.length === 0 && principal.mode === 'test' ? usable : listed;
  const rank = (model: Model): number => allowed?.indexOf(model.id) ?? 0;
  return models.toSorted((a, b) => rank(a) - rank(b));
}

/** The model that makes it, and those that may take over. */
async function choose(parts: CreateParts, principal: Principal, request: GenerationRequest): Promise<Choice> {
  const { catalogue, line } = parts;
  const models = offeredModels(catalogue, principal);
  const standing = await line.standing();
  const isListed = principal.kind === 'visitor' && principal.models !== null;
  const { routing = usualRouting } = principal;
  const { chosen, fallbacks } = route(models, request, { routing, isListed }, standing);
  const found = catalogue.find(chosen.model.id);
  if (!found) throw new Error(`${chosen.model.id} is not in the catalogue`);
  return { ...chosen, provider: found.provider, fallbacks };
}

/** The price of exactly what a generation with this request would make. */
export async function quote(
  parts: CreateParts,
  principal: Principal,
  request: GenerationRequest,
): Promise<Quote> {
  const { model, params, credits } = await choose(parts, principal, request);
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

type UploadIds = Pick<GenerationRow, 'uploadId' | 'endUploadId'>;

function uploadIdsOf({ upload_id, end_upload_id }: GenerationRequest): UploadIds {
  const read = (id: string): string => {
    const uuid = decodeId('upl', id);
    if (uuid === null) throw notFound('photo');
    return uuid;
  };
  return {
    uploadId: read(upload_id),
    endUploadId: end_upload_id === undefined ? null : read(end_upload_id),
  };
}

function newRow(
  parts: CreateParts,
  principal: Principal,
  choice: Choice,
  request: GenerationRequest,
  { uploadId, endUploadId }: UploadIds,
): GenerationRow {
  return {
    tenantId: principal.tenantId,
    id: newUuid(parts.clock),
    siteId: principal.siteId,
    visitorId: principal.visitorId ?? null,
    mode: principal.mode,
    uploadId,
    endUploadId,
    status: 'queued',
    progress: 0,
    provider: choice.provider.id,
    model: choice.model.id,
    params: choice.params,
    productRef: request.product_ref ?? null,
    metadata: request.metadata ?? {},
    price: choice.credits,
    holdId: null,
    fallbackModels: choice.fallbacks,
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
  for (const uploadId of uploadsOf(row)) await requirePhoto(trx, principal, uploadId);
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
  for (const uploadId of uploadsOf(row))
    await keepUntil(trx, uploadId, new Date(createdAt.getTime() + photoMs));
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
  const choice = await choose(parts, principal, request);
  const row = newRow(parts, principal, choice, request, uploadIdsOf(request));
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
