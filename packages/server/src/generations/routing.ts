import type { GenerationParams, GenerationRequest, Model, SiteRouting } from '@imgvid/api';
import { moveFromPrompt } from '@imgvid/renderer/moves';
import { problem, ProblemError } from '../platform/http/problem.ts';
import { priceOf, resolveParams } from '../providers/index.ts';

/** A model that can make what is asked for, and what it would make and cost. */
export interface Candidate {
  model: Model;
  params: GenerationParams;
  credits: number;
}

export interface Standing {
  /** Whether jobs are sent there at the moment. */
  isWell(model: Model): boolean;
  /** Seconds a video usually takes, or null. */
  typicalS(model: Model): number | null;
}

export interface Route {
  chosen: Candidate;
  /** Models that may take over, in order; none costs more than the chosen one. */
  fallbacks: string[];
}

/** Words that say more than how the camera moves need a model that reads scenes. */
const isSceneRequest = ({ prompt }: GenerationRequest): boolean =>
  prompt !== undefined && prompt.trim() !== '' && moveFromPrompt(prompt) === null;

function candidate(model: Model, request: GenerationRequest): Candidate | null {
  if (model.prompt?.role === 'camera' && isSceneRequest(request)) return null;
  try {
    const params = resolveParams(model, request);
    return { model, params, credits: priceOf(model, params) };
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

const byPrice = (a: Candidate, b: Candidate): number => a.credits - b.credits;

/** `models` as the site lists them; where it lists none, the usual model first and then the cheapest. */
function inOrder(
  candidates: Candidate[],
  { prefer, isListed, usual }: { prefer: SiteRouting['prefer']; isListed: boolean; usual: Model },
  standing: Standing,
): Candidate[] {
  const seconds = ({ model }: Candidate): number => standing.typicalS(model) ?? Infinity;
  // The order they come in decides where nothing else does.
  if (prefer === 'price') return candidates.toSorted(byPrice);
  if (prefer === 'speed')
    return candidates.toSorted((a, b) => (seconds(a) === seconds(b) ? 0 : seconds(a) - seconds(b)));
  if (isListed) return candidates;
  return candidates.toSorted(
    (a, b) => Number(b.model === usual) - Number(a.model === usual) || byPrice(a, b),
  );
}

/**
 * `auto`: of the models that can do what is asked for and are well, the one that the site prefers. A model that is
 * named is used whatever its state. Others may take over only where the site allows it.
 */
export function route(
  models: Model[],
  request: GenerationRequest,
  { routing, isListed }: { routing: SiteRouting; isListed: boolean },
  standing: Standing,
): Route {
  const [usual] = models;
  if (!usual) throw problem('provider_unavailable', 'No video can be made with this key at the moment.');
  const isAuto = (request.model ?? 'auto') === 'auto';
  const named = isAuto ? undefined : models.find(({ id }) => id === request.model);
  if (!isAuto && !named) throw unknownModel();
  const able = models.flatMap((model) => candidate(model, request) ?? []);
  const ordered = inOrder(able, { prefer: routing.prefer, isListed, usual }, standing);
  const best = ordered.find(({ model }) => standing.isWell(model)) ?? ordered[0];
  // Without any that can do it, the usual one says what is wrong with the request.
  const chosen = named || !best ? strictly(named ?? usual, request) : best;
  const mayFallBack = routing.fallback === 'always' || (routing.fallback === 'auto' && isAuto);
  const others = ordered.filter(({ model, credits }) => model !== chosen.model && credits <= chosen.credits);
  return { chosen, fallbacks: mayFallBack ? others.map(({ model }) => model.id) : [] };
}

function strictly(model: Model, request: GenerationRequest): Candidate {
  const params = resolveParams(model, request);
  return { model, params, credits: priceOf(model, params) };
}

function unknownModel(): ProblemError {
  return new ProblemError({
    code: 'invalid_request',
    detail: 'There is no such model.',
    hint: 'GET /v1/models lists them; “auto” chooses one.',
    errors: [{ path: 'model', message: 'not a model of this installation' }],
  });
}

/** What another model would make of the same wishes, or null where it cannot. */
export function sameBy(model: Model, params: GenerationParams): Candidate | null {
  const { camera, prompt, negative_prompt, seed, end_upload_id, template, fps, ...others } = params;
  const { focus, ...move } = camera;
  return candidate(model, {
    ...others,
    upload_id: '',
    camera: { ...move, ...(focus && { focus }) },
    ...(prompt !== null && { prompt }),
    ...(negative_prompt !== null && { negative_prompt }),
    ...(seed !== null && { seed }),
    ...(end_upload_id !== null && { end_upload_id }),
    ...(template && { template }),
    ...(model.fps.includes(fps) && { fps }),
  });
}
