import type {
  AspectRatio,
  CameraMove,
  GenerationParams,
  GenerationRequest,
  Model,
  Resolution,
  SiteLook,
} from '@imgvid/api/types';

/** What the visitor has chosen. */
export interface Choices {
  move: CameraMove;
  strength: number;
  duration_s: number;
  resolution: Resolution;
  aspect_ratio: AspectRatio;
  fps: number;
  loop: boolean;
  prompt: string;
  /** What must not be seen. */
  negative_prompt: string;
  /** Null: another one each time. */
  seed: number | null;
  /** A photo it ends on. */
  end_upload_id: string | null;
}

const within = <T>(able: readonly T[], wanted: T | undefined, usual: T): T =>
  wanted !== undefined && able.includes(wanted) ? wanted : usual;

/** Choices made before a model was known to have them. */
export type Wished = { [Name in keyof Choices]?: Choices[Name] | undefined };

/** What the site wishes that is chosen at first. */
export function wishesOf({ camera_move, camera_strength, ...others }: SiteLook['defaults']): Wished {
  return { ...others, move: camera_move, strength: camera_strength };
}

/** The wishes as far as the model can fulfil them, and its own choices for the rest. */
export function fit(model: Model, wished: Wished): Choices {
  const { defaults } = model;
  const choices: Choices = {
    move: within(model.camera_moves, wished.move, defaults.camera_move),
    strength: (model.camera_strength ? wished.strength : undefined) ?? defaults.camera_strength,
    duration_s: within(model.durations_s, wished.duration_s, defaults.duration_s),
    resolution: within(model.resolutions, wished.resolution, defaults.resolution),
    aspect_ratio: within(model.aspect_ratios, wished.aspect_ratio, defaults.aspect_ratio),
    fps: within(model.fps, wished.fps, defaults.fps),
    loop: model.loop && wished.loop === true,
    prompt: wished.prompt ?? '',
    negative_prompt: wished.negative_prompt ?? '',
    seed: wished.seed ?? null,
    end_upload_id: (model.end_frame && wished.end_upload_id) || null,
  };
  // Each may be possible and not all together: as little as possible is let go.
  const { duration_s, resolution, fps, aspect_ratio, camera_move: move } = defaults;
  for (const less of [{ duration_s }, { resolution }, { fps }, { duration_s, resolution, fps }]) {
    if (impossible(model, choices) === null) return choices;
    const then = { ...choices, ...less };
    if (impossible(model, then) === null) return then;
  }
  return { ...choices, duration_s, resolution, fps, aspect_ratio, move };
}

/** The choices an earlier generation was made with. */
export const choicesOf = ({ camera, prompt, negative_prompt, ...others }: GenerationParams): Choices => ({
  ...others,
  ...camera,
  prompt: prompt ?? '',
  negative_prompt: negative_prompt ?? '',
});

const forbids = <T>(list: readonly T[] | undefined, choice: T): boolean => !list || list.includes(choice);

/** The rule of the model that forbids these choices together. */
const ruleAgainst = (model: Model, choices: Choices): Model['impossible'][number] | undefined =>
  model.impossible.find(
    ({ when }) =>
      forbids(when.resolution, choices.resolution) &&
      forbids(when.duration_s, choices.duration_s) &&
      forbids(when.fps, choices.fps) &&
      forbids(when.aspect_ratio, choices.aspect_ratio) &&
      forbids(when.camera_move, choices.move) &&
      (!when.end_frame || choices.end_upload_id),
  );

/** Why these choices do not go together, in the model's words; null when they do. */
export const impossible = (model: Model, choices: Choices): string | null =>
  ruleAgainst(model, choices)?.reason ?? null;

/** Another choice that stands in the way, and what it would have to be. */
export type Instead = { name: 'duration_s'; values: number[] } | { name: 'resolution'; values: Resolution[] };

/** What would make one of these choices possible without changing it: 1080p goes with 6 s. Null: nothing so plain. */
export function instead(model: Model, choices: Choices, fixed: keyof Choices): Instead | null {
  const would = (change: Partial<Choices>): boolean => impossible(model, { ...choices, ...change }) === null;
  const durations = model.durations_s.filter((duration_s) => would({ duration_s }));
  if (fixed !== 'duration_s' && durations.length > 0) return { name: 'duration_s', values: durations };
  const resolutions = model.resolutions.filter((resolution) => would({ resolution }));
  if (fixed !== 'resolution' && resolutions.length > 0) return { name: 'resolution', values: resolutions };
  return null;
}

/** Credits, null when the catalogue names no price for the pair. */
export function price(model: Model, { resolution, duration_s }: Choices): number | null {
  const row = model.prices.find((row) => row.resolution === resolution && row.duration_s === duration_s);
  return row?.credits ?? null;
}

/** No longer than the model takes, and no half of a character at the end. */
const cut = (text: string, length: number): string => text.slice(0, length).replace(/\p{Cs}/gu, '');

/** The body of `POST /v1/generations`: only what this model can do. */
export function toRequest(uploadId: string, model: Model, choices: Choices): GenerationRequest {
  const { move, strength, duration_s, resolution, aspect_ratio, fps, loop, seed, end_upload_id } = choices;
  const prompt = choices.prompt.trim();
  const unwanted = choices.negative_prompt.trim();
  return {
    upload_id: uploadId,
    model: model.id,
    duration_s,
    resolution,
    aspect_ratio,
    fps,
    ...(model.camera_moves.length > 0 && {
      camera: { move, ...(model.camera_strength && { strength }) },
    }),
    ...(model.loop && loop && { loop }),
    ...(model.prompt && prompt && { prompt: cut(prompt, model.prompt.max_length) }),
    ...(model.negative_prompt &&
      unwanted && { negative_prompt: cut(unwanted, model.negative_prompt.max_length) }),
    ...(model.seed && seed !== null && { seed }),
    ...(model.end_frame && end_upload_id && { end_upload_id }),
  };
}
