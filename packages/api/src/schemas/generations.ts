import { z } from 'zod';
import { generationErrorCodes } from '../errors.ts';
import {
  aspectRatios,
  cameraMoves,
  generationEventTypes,
  generationStatuses,
  resolutions,
} from '../names.ts';
import { id, page, text, timestamp, timestampToCompare } from './common.ts';

/** Characters of a request's words, whatever its model takes. */
export const longestPrompt = 5000;

const metadata = z
  .record(text(40), text(500))
  .refine((entries) => Object.keys(entries).length <= 50, 'at most 50 entries')
  .meta({ description: 'Your own labels: up to 50 names (40 characters) with text (500 characters)' });

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour such as #1a2b3c');

/** Bounds for what is read at all; how many characters of a reader's count fit is said by the renderer. */
const overlayText = z.string().max(4000).optional();

export const TemplateChoice = z
  .strictObject({
    id: z.string().min(1).max(40).meta({ example: 'lower_third' }),
    texts: z
      .strictObject({
        title: overlayText,
        subtitle: overlayText,
        price: overlayText,
        old_price: overlayText,
        cta: overlayText,
        badge: overlayText,
      })
      .meta({ description: 'What is left out leaves no gap; plain text, drawn as it is given' }),
    colours: z
      .strictObject({ text: colour.optional(), accent: colour.optional(), panel: colour.optional() })
      .optional()
      .meta({ description: "In place of the template's own; one that cannot be read gives way" }),
  })
  .meta({
    id: 'TemplateChoice',
    description: 'Texts over the video, laid out by one of the model’s templates',
  });

export const GenerationRequest = z
  .strictObject({
    upload_id: id('upl', 'A photo that is ready'),
    model: z.string().min(1).max(100).default('auto'),
    prompt: text(longestPrompt).optional(),
    negative_prompt: text(longestPrompt).optional(),
    camera: z
      .strictObject({
        move: z.enum(cameraMoves).optional(),
        strength: z.number().min(0).max(1).optional(),
        focus: z
          .strictObject({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })
          .optional()
          .meta({
            description: 'Where the camera aims: fractions of the width and height, from the top left',
          }),
      })
      .optional(),
    duration_s: z.int().min(1).max(60).optional(),
    resolution: z.enum(resolutions).optional(),
    aspect_ratio: z.enum(aspectRatios).optional(),
    fps: z.int().min(1).max(120).optional(),
    loop: z.boolean().optional(),
    seed: z.int().min(0).max(4294967295).optional(),
    end_upload_id: id('upl', 'A photo to end on, where the model can').optional(),
    template: TemplateChoice.optional(),
    product_ref: text(200).min(1).optional(),
    metadata: metadata.optional(),
  })
  .meta({ id: 'GenerationRequest' });

export const GenerationParams = z
  .object({
    prompt: z.string().nullable(),
    negative_prompt: z.string().nullable(),
    camera: z.object({
      move: z.enum(cameraMoves),
      strength: z.number(),
      focus: z.object({ x: z.number(), y: z.number() }).nullable(),
    }),
    duration_s: z.int(),
    resolution: z.enum(resolutions),
    aspect_ratio: z.enum(aspectRatios),
    fps: z.int(),
    loop: z.boolean(),
    seed: z.int().nullable(),
    end_upload_id: id('upl', 'The photo it ends on').nullable(),
    template: TemplateChoice.nullable(),
  })
  .meta({ id: 'GenerationParams', description: 'Every choice, with the defaults filled in' });

export const Quote = z
  .object({
    model: z.string(),
    params: GenerationParams,
    credits: z.int().meta({ description: 'What a generation with these choices is charged' }),
  })
  .meta({ id: 'Quote' });

export const QueuePosition = z
  .object({
    position: z.int().meta({ description: 'Jobs ahead, this one counted: 1 is next' }),
    eta_s: z.object({ low: z.number(), high: z.number() }).nullable(),
  })
  .meta({ id: 'QueuePosition' });

export const GenerationOutput = z
  .object({
    video_url: z.url().meta({ description: 'Signed, good until `expires_at`; ask again for a fresh one' }),
    poster_url: z.url(),
    download_url: z.url(),
    content_type: z.string(),
    width: z.int(),
    height: z.int(),
    duration_s: z.number(),
    fps: z.number(),
    byte_size: z.int(),
    expires_at: timestamp,
  })
  .meta({ id: 'GenerationOutput' });

export const Generation = z
  .object({
    id: id('gen', 'The generation'),
    status: z.enum(generationStatuses),
    progress: z.number().min(0).max(1),
    model: z.string(),
    params: GenerationParams,
    credits: z.object({ held: z.int(), charged: z.int() }),
    queue: QueuePosition.nullable(),
    output: GenerationOutput.nullable(),
    error: z.object({ code: z.enum(generationErrorCodes), message: z.string() }).nullable(),
    upload_id: id('upl', 'The photo'),
    site_id: id('site', 'The site it was asked for on').nullable(),
    visitor_id: id('vis', 'Who asked for it; null: your own server').nullable(),
    product_ref: z.string().nullable(),
    metadata,
    created_at: timestamp,
    completed_at: timestamp.nullable(),
    deletes_at: timestamp.nullable().meta({ description: 'When video and photo are deleted by themselves' }),
  })
  .meta({ id: 'Generation' });

export const GenerationList = page(Generation, 'GenerationList');

export const GenerationListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
  status: z.enum(generationStatuses).optional(),
  product_ref: text(200).optional(),
  visitor_id: id('vis', 'Only this visitor (secret keys)').optional(),
  site_id: id('site', 'Only this site (secret keys)').optional(),
  created_after: timestampToCompare.optional(),
  created_before: timestampToCompare.optional(),
});

export const GenerationEvent = z
  .object({
    seq: z.int().meta({ description: 'Also the event id; send the last one as `Last-Event-ID` to resume' }),
    type: z.enum(generationEventTypes),
    status: z.enum(generationStatuses),
    progress: z.number(),
    queue: QueuePosition.nullable(),
    generation: Generation.optional().meta({ description: 'The finished generation, with `done`' }),
  })
  .meta({ id: 'GenerationEvent' });

export type TemplateChoice = z.infer<typeof TemplateChoice>;
export type GenerationRequest = z.input<typeof GenerationRequest>;
export type GenerationParams = z.infer<typeof GenerationParams>;
export type Quote = z.infer<typeof Quote>;
export type QueuePosition = z.infer<typeof QueuePosition>;
export type GenerationOutput = z.infer<typeof GenerationOutput>;
export type Generation = z.infer<typeof Generation>;
export type GenerationList = z.infer<typeof GenerationList>;
export type GenerationListQuery = z.infer<typeof GenerationListQuery>;
export type GenerationEvent = z.infer<typeof GenerationEvent>;
