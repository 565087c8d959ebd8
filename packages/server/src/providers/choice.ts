import {
  cameraMoves,
  type CameraMove,
  type GenerationParams,
  type GenerationRequest,
  type Model,
} from '@imgvid/api';
import { moveFromPrompt } from '@imgvid/renderer/moves';
import { checkTemplate } from '@imgvid/renderer/templates';
import { templateOf } from './template.ts';
import { ProblemError, problem } from '../platform/http/problem.ts';

interface Mistake {
  path: string;
  message: string;
}

const list = (values: readonly (string | number)[]): string => values.join(', ');

/** A choice from a list; when it is not in it, the mistake is noted. */
function pick<T extends string | number>(
  mistakes: Mistake[],
  path: string,
  chosen: T | undefined,
  fallback: T,
  offered: readonly T[],
): T {
  const value = chosen ?? fallback;
  if (!offered.includes(value)) mistakes.push({ path, message: `this model offers ${list(offered)}` });
  return value;
}

function text(
  mistakes: Mistake[],
  path: string,
  given: string | undefined,
  limit: { max_length: number } | null,
): string | null {
  const value = given?.trim() ?? '';
  if (value === '') return null;
  if (!limit) mistakes.push({ path, message: 'this model takes none' });
  else if (value.length > limit.max_length)
    mistakes.push({ path, message: `at most ${limit.max_length} characters` });
  return value;
}

function refuse(
  mistakes: Mistake[],
  path: string,
  used: boolean,
  offered: boolean,
  message = 'this model cannot do this',
): void {
  if (used && !offered) mistakes.push({ path, message });
}

/** The camera: what was asked for, else what the prompt's words ask for, else the model's default. */
function camera(model: Model, request: GenerationRequest, mistakes: Mistake[]): GenerationParams['camera'] {
  const asked = request.camera ?? {};
  const spoken =
    model.prompt?.role === 'camera' && asked.move === undefined && request.prompt
      ? moveFromPrompt(request.prompt)
      : null;
  const spokenMove = cameraMoves.find((move) => move === spoken?.move);
  const move = pick<CameraMove>(
    mistakes,
    'camera.move',
    asked.move ?? spokenMove,
    model.defaults.camera_move,
    model.camera_moves,
  );
  const strength =
    asked.strength ?? (spokenMove ? spoken?.strength : undefined) ?? model.defaults.camera_strength;
  return { move, strength, focus: asked.focus ?? null };
}

/** The texts that are drawn over the video; null for none. */
function template(
  model: Model,
  { template: asked }: GenerationRequest,
  mistakes: Mistake[],
): GenerationParams['template'] {
  if (!asked) return null;
  if (model.templates.length === 0)
    mistakes.push({ path: 'template', message: 'this model cannot draw texts over its videos' });
  else if (!model.templates.includes(asked.id))
    mistakes.push({ path: 'template.id', message: `this model offers ${list(model.templates)}` });
  else
    for (const sentence of checkTemplate(templateOf(asked))) {
      const [path = '', ...words] = sentence.split(' ');
      mistakes.push({ path, message: words.join(' ').replace(/\.$/, '') });
    }
  return asked;
}

const includes = <T>(values: readonly T[] | undefined, value: T): boolean =>
  !values || values.includes(value);

/** Why these choices do not go together, or null. */
export function impossibleReason(model: Model, params: GenerationParams): string | null {
  const clash = model.impossible.find(
    ({ when }) =>
      includes(when.resolution, params.resolution) &&
      includes(when.duration_s, params.duration_s) &&
      includes(when.fps, params.fps) &&
      includes(when.aspect_ratio, params.aspect_ratio) &&
      includes(when.camera_move, params.camera.move) &&
      (!when.end_frame || params.end_upload_id !== null),
  );
  return clash?.reason ?? null;
}

export function priceOf(model: Model, params: GenerationParams): number {
  const price = model.prices.find(
    ({ resolution, duration_s }) => resolution === params.resolution && duration_s === params.duration_s,
  );
  if (!price)
    throw new Error(`model ${model.id} has no price for ${params.resolution}, ${params.duration_s} s`);
  return price.credits;
}

/**
 * Every choice filled in and checked against what the model can do. Throws `invalid_request` naming each
 * field that cannot be, or `impossible_combination` with the reason.
 */
export function resolveParams(model: Model, request: GenerationRequest): GenerationParams {
  const mistakes: Mistake[] = [];
  const { defaults } = model;
  const params: GenerationParams = {
    prompt: text(mistakes, 'prompt', request.prompt, model.prompt),
    negative_prompt: text(mistakes, 'negative_prompt', request.negative_prompt, model.negative_prompt),
    camera: camera(model, request, mistakes),
    duration_s: pick(mistakes, 'duration_s', request.duration_s, defaults.duration_s, model.durations_s),
    resolution: pick(mistakes, 'resolution', request.resolution, defaults.resolution, model.resolutions),
    aspect_ratio: pick(
      mistakes,
      'aspect_ratio',
      request.aspect_ratio,
      defaults.aspect_ratio,
      model.aspect_ratios,
    ),
    fps: pick(mistakes, 'fps', request.fps, defaults.fps, model.fps),
    loop: request.loop ?? false,
    seed: request.seed ?? null,
    end_upload_id: request.end_upload_id ?? null,
    template: template(model, request, mistakes),
  };
  refuse(mistakes, 'loop', params.loop, model.loop);
  refuse(mistakes, 'seed', params.seed !== null, model.seed);
  const ends = params.end_upload_id !== null;
  refuse(mistakes, 'end_upload_id', ends, model.end_frame, 'this model cannot end on a photo of its own');
  const [first] = mistakes;
  if (first) {
    throw new ProblemError({
      code: 'invalid_request',
      detail: `“${first.path}” cannot be so: ${first.message}.`,
      hint: 'GET /v1/models tells what each model offers.',
      errors: mistakes,
    });
  }
  const reason = impossibleReason(model, params);
  if (reason)
    throw problem('impossible_combination', reason, 'GET /v1/models lists these under “impossible”.');
  return params;
}
