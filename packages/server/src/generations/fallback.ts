import { hold, settle } from '../billing/index.ts';
import type { Trx } from '../platform/database/index.ts';
import { isWell } from '../providers/index.ts';
import { sameBy, type Candidate } from './routing.ts';
import { switchModel, type GenerationRow } from './store.ts';
import type { WorkflowParts } from './workflow-parts.ts';

/** Holds what the other model costs instead of what was held. It is never more, so it is always there. */
async function holdInstead(
  trx: Trx,
  { clock }: WorkflowParts,
  { tenantId, id, mode, holdId, price }: GenerationRow,
  { model, credits }: Candidate,
): Promise<string | null> {
  if (holdId === null || credits === price) return holdId;
  await settle(trx, clock, { tenantId, holdId, outcome: 'release' });
  return hold(trx, clock, { tenantId, mode, amount: credits, generationId: id, attempt: model.id });
}

/**
 * Gives a generation whose model cannot make it now to the next one that its site allows, with the credits that one
 * costs. Only while it is `queued`. False where none is left that is well; then nothing was changed.
 */
export async function fallBack(trx: Trx, parts: WorkflowParts, row: GenerationRow): Promise<boolean> {
  const [next, ...later] = row.fallbackModels;
  if (next === undefined) return false;
  const found = parts.catalogue.find(next);
  const other = found && sameBy(found.model, row.params);
  const isFit = other && other.credits <= row.price && (await isWellNow(trx, parts, found));
  if (!isFit) return fallBack(trx, parts, { ...row, fallbackModels: later });
  const holdId = await holdInstead(trx, parts, row, other);
  parts.log.info({ generationId: row.id, model: next }, 'another model takes over');
  return switchModel(trx, row.id, {
    provider: found.provider.id,
    model: next,
    params: other.params,
    price: other.credits,
    holdId,
    fallbackModels: later,
  });
}

type Found = NonNullable<ReturnType<WorkflowParts['catalogue']['find']>>;

const isWellNow = async (trx: Trx, { clock }: WorkflowParts, { provider, model }: Found): Promise<boolean> =>
  provider.kind === 'inside' || isWell(trx, provider.id, model.id, clock.now());
