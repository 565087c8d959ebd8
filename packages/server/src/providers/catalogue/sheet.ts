import { aspectRatios, cameraMoves, ImpossibleCombination, resolutions } from '@imgvid/api';
import { z } from 'zod';

const field = z.string().min(1).max(60);
const seconds = z.int().min(1).max(60);
const imageField = z.strictObject({ field, list: z.boolean() });
const day = z.iso.date();

/** How our camera moves are told to a model. `still` names a switch that locks the camera. */
const camera = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('words'), still: field.optional() }),
  /** MiniMax's commands in square brackets, at the head of the prompt. */
  z.strictObject({ by: z.literal('brackets') }),
  /** A field of its own; moves without a value there are told in words. */
  z.strictObject({
    by: z.literal('field'),
    field,
    values: z.partialRecord(z.enum(cameraMoves), z.string()),
    otherwise: z.string(),
  }),
]);

const kieEndpoint = z.strictObject({ api: z.enum(['market', 'veo', 'runway']), model: z.string() });
const replicateEndpoint = z.strictObject({
  /** `official`: by the model's name; `version`: by the id of one version. */
  api: z.enum(['official', 'version']),
  model: z.string(),
});

const common = {
  id: z.string().regex(/^[a-z]+\/[a-z0-9.-]{1,60}$/),
  name: z.string().min(1).max(60),
  maker: z.string().min(1).max(60),
  description: z.string().min(1).max(200),
  /** Where this sheet was read, and when. */
  sources: z.array(z.url()).min(1),
  checked: day,
  /** `documented`: fields read in the provider's own pages; `reported`: as others use them, to be tried first. */
  basis: z.enum(['documented', 'reported']),
  durations_s: z.array(seconds).min(1),
  resolutions: z.array(z.enum(resolutions)).min(1),
  aspect_ratios: z.array(z.enum(aspectRatios)).min(1),
  fps: z.int().min(12).max(60),
  /** Whether its videos come with sound. */
  sound: z.boolean(),
  /** Characters. */
  prompt_max: z.int().min(100),
  negative_prompt_max: z.int().min(1).nullable(),
  photo: z.strictObject({
    max_bytes: z.int(),
    /** Pixels of the shorter side. */
    min_side: z.int(),
    /** Width divided by height. */
    min_ratio: z.number(),
    max_ratio: z.number(),
  }),
  /** Names of the model's own input fields, and what goes into them. */
  input: z.strictObject({
    prompt: field,
    image: imageField,
    end_image: imageField.nullable(),
    duration: z.strictObject({ field, as: z.enum(['string', 'number']) }).nullable(),
    resolution: z
      .strictObject({ field, values: z.partialRecord(z.enum(resolutions), z.string()) })
      .nullable(),
    aspect_ratio: z
      .strictObject({ field, values: z.partialRecord(z.enum(aspectRatios), z.string()) })
      .nullable(),
    negative_prompt: field.nullable(),
    seed: field.nullable(),
    camera,
    constants: z.record(field, z.union([z.string(), z.number(), z.boolean()])),
  }),
  prices: z.strictObject({
    source: z.url(),
    checked: day,
    /** `published`: on the provider's own price list; `reported`: by others, to be checked by the operator. */
    basis: z.enum(['published', 'reported']),
    rows: z.array(
      z.strictObject({ resolution: z.enum(resolutions), duration_s: seconds, usd: z.number().positive() }),
    ),
  }),
  impossible: z.array(ImpossibleCombination),
  /** Seconds from start to end, as the maker or others tell; this installation's history replaces it. */
  typical_s: z.strictObject({ low: z.number(), high: z.number() }),
  defaults: z.strictObject({
    duration_s: seconds,
    resolution: z.enum(resolutions),
    aspect_ratio: z.enum(aspectRatios),
  }),
};

const Shape = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('kie'), endpoint: kieEndpoint, ...common }),
  z.strictObject({ provider: z.literal('replicate'), endpoint: replicateEndpoint, ...common }),
]);
type Shape = z.infer<typeof Shape>;

const isImpossible = ({ impossible }: Shape, resolution: string, duration: number): boolean =>
  impossible.some(
    ({ when }) =>
      (!when.resolution || (when.resolution as string[]).includes(resolution)) &&
      (!when.duration_s || when.duration_s.includes(duration)) &&
      !when.fps &&
      !when.aspect_ratio &&
      !when.camera_move &&
      !when.end_frame,
  );

/** Whatever the lists and the tables of a sheet say must fit together. */
function contradictions(sheet: Shape): string[] {
  const found: string[] = [];
  const { input, defaults } = sheet;
  if (!sheet.id.startsWith(`${sheet.provider}/`)) found.push('the id begins with the provider');
  for (const resolution of sheet.resolutions) {
    for (const duration_s of sheet.durations_s) {
      const priced = sheet.prices.rows.some(
        (row) => row.resolution === resolution && row.duration_s === duration_s,
      );
      if (priced === isImpossible(sheet, resolution, duration_s))
        found.push(`${resolution} at ${duration_s} s needs a price or a reason why it cannot be`);
    }
    if (input.resolution && input.resolution.values[resolution] === undefined)
      found.push(`${resolution} has no value in the field ${input.resolution.field}`);
  }
  for (const ratio of sheet.aspect_ratios) {
    if (input.aspect_ratio && input.aspect_ratio.values[ratio] === undefined)
      found.push(`${ratio} has no value in the field ${input.aspect_ratio.field}`);
  }
  if ((input.negative_prompt === null) !== (sheet.negative_prompt_max === null))
    found.push('a negative prompt has a field and a limit, or neither');
  if (!sheet.durations_s.includes(defaults.duration_s)) found.push('the default duration is not offered');
  if (!sheet.resolutions.includes(defaults.resolution)) found.push('the default resolution is not offered');
  if (!sheet.aspect_ratios.includes(defaults.aspect_ratio)) found.push('the default shape is not offered');
  return found;
}

/** One model of an outside provider as it was documented: a file in `models/`. */
export const ModelSheet = Shape.superRefine((sheet, context) => {
  for (const message of contradictions(sheet)) context.addIssue({ code: 'custom', message });
});
export type ModelSheet = z.infer<typeof ModelSheet>;
export type SheetOf<P extends ModelSheet['provider']> = Extract<ModelSheet, { provider: P }>;
