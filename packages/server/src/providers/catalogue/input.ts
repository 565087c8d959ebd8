import type { CameraMove, GenerationParams } from '@imgvid/api';
import type { ModelSheet } from './sheet.ts';

/** What the camera does, as a sentence with a place for its pace. */
const sentences: Record<CameraMove, (pace: string) => string> = {
  static: () => 'The camera stays completely still.',
  push_in: (pace) => `The camera ${pace}pushes in.`,
  pull_out: (pace) => `The camera ${pace}pulls out.`,
  pan_left: (pace) => `The camera ${pace}pans to the left.`,
  pan_right: (pace) => `The camera ${pace}pans to the right.`,
  tilt_up: (pace) => `The camera ${pace}tilts up.`,
  tilt_down: (pace) => `The camera ${pace}tilts down.`,
  orbit_left: (pace) => `The camera ${pace}orbits around the subject to the left.`,
  orbit_right: (pace) => `The camera ${pace}orbits around the subject to the right.`,
  dolly_zoom: (pace) => `A dolly zoom: the camera ${pace}moves closer while it zooms out.`,
  rack_focus: (pace) => `The focus ${pace}shifts from the background to the subject.`,
  reveal: (pace) => `The camera ${pace}pulls back from a blur and reveals the subject in focus.`,
  spin: (pace) => `The subject ${pace}turns on the spot while the camera stands still.`,
  drift_left: (pace) => `The camera ${pace}drifts to the left.`,
  drift_right: (pace) => `The camera ${pace}drifts to the right.`,
  float: (pace) => `The camera floats freely and ${pace}sways around its place.`,
  handheld: (pace) => `The camera is handheld and ${pace}sways.`,
};

/**
 * MiniMax's fifteen camera commands, at most three together, which its own guide to the API has for the models of
 * Hailuo 2.3: github.com/MiniMax-AI/skills, skills/minimax-multimodal-toolkit/references/video-api.md, read 2026-11-24,
 * and its reference for Hailuo 02 too: platform.minimax.io/docs/api-reference/video-generation-i2v, read 2026-11-28.
 * There is none for turning round a subject, for focus, or for the subject's own turning.
 */
const commands: Record<CameraMove, string> = {
  static: '[Static shot]',
  push_in: '[Push in]',
  pull_out: '[Pull out]',
  pan_left: '[Pan left]',
  pan_right: '[Pan right]',
  tilt_up: '[Tilt up]',
  tilt_down: '[Tilt down]',
  orbit_left: '[Truck left, Pan right]',
  orbit_right: '[Truck right, Pan left]',
  dolly_zoom: '[Push in, Zoom out]',
  rack_focus: '[Static shot]',
  reveal: '[Pull out]',
  spin: '[Static shot]',
  drift_left: '[Truck left]',
  drift_right: '[Truck right]',
  float: '[Pedestal up, Truck right]',
  handheld: '[Shake]',
};

const pace = (strength: number): string => (strength < 0.35 ? 'slowly ' : strength > 0.65 ? 'quickly ' : '');

/** Without wishes a model needs something to go by. */
const plainScene = 'The photo comes to life with natural, subtle motion.';

type Input = Record<string, unknown>;

/** The prompt with the camera in it, and the fields that tell the camera otherwise. */
function directions({ input }: ModelSheet, { prompt, camera }: GenerationParams): Input {
  const scene = prompt ?? plainScene;
  const words = sentences[camera.move](pace(camera.strength));
  if (input.camera.by === 'brackets') return { [input.prompt]: `${commands[camera.move]} ${scene}` };
  if (input.camera.by === 'field') {
    const own = input.camera.values[camera.move];
    return {
      [input.prompt]: own === undefined ? `${scene} ${words}` : scene,
      [input.camera.field]: own ?? input.camera.otherwise,
    };
  }
  const lock = input.camera.still;
  return { [input.prompt]: `${scene} ${words}`, ...(lock && { [lock]: camera.move === 'static' }) };
}

/** Where the provider reads the photos, which are of the shape that was asked for already. */
export interface PhotoUrls {
  first: string;
  /** Null: it ends as the model likes. */
  last: string | null;
}

/** Each in a field of its own, or one after the other in the same list. */
function photos({ input: { image, end_image: end } }: ModelSheet, { first, last }: PhotoUrls): Input {
  const field = (place: { field: string; list: boolean }, url: string): Input => ({
    [place.field]: place.list ? [url] : url,
  });
  if (end === null || last === null) return field(image, first);
  if (end.field === image.field) return { [image.field]: [first, last] };
  return { ...field(image, first), ...field(end, last) };
}

/** The model's own input for our choices. */
export function inputOf(sheet: ModelSheet, params: GenerationParams, urls: PhotoUrls): Input {
  const { input } = sheet;
  const { duration, resolution, aspect_ratio: shape } = input;
  return {
    ...input.constants,
    ...directions(sheet, params),
    ...photos(sheet, urls),
    ...(duration && {
      [duration.field]: duration.as === 'string' ? String(params.duration_s) : params.duration_s,
    }),
    ...(resolution && { [resolution.field]: resolution.values[params.resolution] }),
    ...(shape && { [shape.field]: shape.values[params.aspect_ratio] }),
    ...(input.negative_prompt !== null &&
      params.negative_prompt !== null && { [input.negative_prompt]: params.negative_prompt }),
    ...(input.seed !== null && params.seed !== null && { [input.seed]: params.seed }),
  };
}
