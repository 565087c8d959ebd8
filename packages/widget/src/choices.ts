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
}

const within = <T>(able: readonly T[], wanted: T | undefined, usual: T): T =>
  wanted !== undefined && able.includes(wanted) ? wanted : usual;

/** Those of the site, where the model can do them, and otherwise the model's own. */
export function defaultChoices(model: Model, site: SiteLook['defaults'] = {}): Choices {
  const { defaults } = model;
  const choices = modelChoices(model);
  const wished: Choices = {
    ...choices,
    move: within(model.camera_moves, site.camera_move, defaults.camera_move),
    strength: model.camera_strength
      ? (site.camera_strength ?? defaults.camera_strength)
      : defaults.camera_strength,
    duration_s: within(model.durations_s, site.duration_s, defaults.duration_s),
    resolution: within(model.resolutions, site.resolution, defaults.resolution),
    aspect_ratio: within(model.aspect_ratios, site.aspect_ratio, defaults.aspect_ratio),
    fps: within(model.fps, site.fps, defaults.fps),
    loop: model.loop && site.loop === true,
  };
  // Each may be possible and not all together.
  return impossible(model, wished) === null ? wished : choices;
}

function modelChoices({ defaults }: Model): Choices {
  return {
    move: defaults.camera_move,
    strength: defaults.camera_strength,
    duration_s: defaults.duration_s,
    resolution: defaults.resolution,
    aspect_ratio: defaults.aspect_ratio,
    fps: defaults.fps,
    loop: false,
    prompt: '',
  };
}

/** The choices an earlier generation was made with. */
export function choicesOf(params: GenerationParams): Choices {
  const { duration_s, resolution, aspect_ratio, fps, loop } = params;
  return {
    move: params.camera.move,
    strength: params.camera.strength,
    duration_s,
    resolution,
    aspect_ratio,
    fps,
    loop,
    prompt: params.prompt ?? '',
  };
}

/** Why these choices do not go together, in the model's words; null when they do. */
export function impossible(model: Model, choices: Choices): string | null {
  const forbids = <T>(list: readonly T[] | undefined, choice: T): boolean => !list || list.includes(choice);
  const rule = model.impossible.find(
    ({ when }) =>
      forbids(when.resolution, choices.resolution) &&
      forbids(when.duration_s, choices.duration_s) &&
      forbids(when.fps, choices.fps) &&
      forbids(when.aspect_ratio, choices.aspect_ratio) &&
      forbids(when.camera_move, choices.move),
  );
  return rule?.reason ?? null;
}

/** Credits, null when the catalogue names no price for the pair. */
export function price(model: Model, { resolution, duration_s }: Choices): number | null {
  const row = model.prices.find((row) => row.resolution === resolution && row.duration_s === duration_s);
  return row?.credits ?? null;
}

/** The body of `POST /v1/generations`: only what this model can do. */
export function toRequest(uploadId: string, model: Model, choices: Choices): GenerationRequest {
  const { move, strength, duration_s, resolution, aspect_ratio, fps, loop } = choices;
  const prompt = choices.prompt.trim();
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
    ...(model.prompt && prompt && { prompt: prompt.slice(0, model.prompt.max_length) }),
  };
}
