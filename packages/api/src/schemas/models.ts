import { z } from 'zod';
import { aspectRatios, cameraMoves, photoTypes, resolutions } from '../names.ts';

const limitedText = z.object({ max_length: z.int() });

export const ImpossibleCombination = z
  .object({
    when: z
      .object({
        resolution: z.array(z.enum(resolutions)).optional(),
        duration_s: z.array(z.int()).optional(),
        fps: z.array(z.int()).optional(),
        aspect_ratio: z.array(z.enum(aspectRatios)).optional(),
        camera_move: z.array(z.enum(cameraMoves)).optional(),
        end_frame: z.literal(true).optional().meta({ description: 'It ends on a photo of its own' }),
      })
      .meta({ description: 'Impossible when every list given here contains the choice' }),
    reason: z.string().meta({ description: 'A sentence for the person choosing' }),
  })
  .meta({ id: 'ImpossibleCombination' });

export const Model = z
  .object({
    id: z.string().meta({ example: 'imgvid/camera' }),
    name: z.string(),
    description: z.string(),
    provider: z.string().meta({ example: 'builtin' }),
    durations_s: z.array(z.int()),
    resolutions: z.array(z.enum(resolutions)),
    aspect_ratios: z.array(z.enum(aspectRatios)),
    fps: z.array(z.int()),
    camera_moves: z.array(z.enum(cameraMoves)),
    camera_strength: z.boolean(),
    prompt: limitedText
      .extend({
        role: z.enum(['camera', 'scene']).meta({
          description: '`camera`: the words choose the camera move; `scene`: they describe what happens',
        }),
      })
      .nullable(),
    negative_prompt: limitedText.nullable(),
    seed: z.boolean(),
    loop: z.boolean(),
    end_frame: z.boolean().meta({ description: 'Takes `end_upload_id`, a photo to end on' }),
    sound: z.boolean(),
    templates: z
      .array(z.string())
      .meta({ description: 'Ids for `template`; empty: no texts over the video' }),
    photo: z.object({
      content_types: z.array(z.enum(photoTypes)),
      max_bytes: z.int(),
      max_pixels: z.int(),
      min_side: z.int(),
    }),
    prices: z
      .array(z.object({ resolution: z.enum(resolutions), duration_s: z.int(), credits: z.int() }))
      .meta({ description: 'Credits for each choice; a quote is the price that is charged' }),
    impossible: z.array(ImpossibleCombination),
    typical_s: z
      .object({
        low: z.number(),
        median: z.number().nullable().meta({ description: 'Null: not from here, but as its makers say' }),
        high: z.number(),
      })
      .nullable()
      .meta({
        description:
          'Seconds a video took here lately, median and quartiles. Before there is history, what is told of the model, or null.',
      }),
    defaults: z.object({
      duration_s: z.int(),
      resolution: z.enum(resolutions),
      aspect_ratio: z.enum(aspectRatios),
      fps: z.int(),
      camera_move: z.enum(cameraMoves),
      camera_strength: z.number(),
    }),
  })
  .meta({ id: 'Model' });

export const ModelList = z
  .object({ data: z.array(Model), default_model: z.string() })
  .meta({ id: 'ModelList' });

export type Model = z.infer<typeof Model>;
export type ModelList = z.infer<typeof ModelList>;
