import { cameraMoves, longestPrompt, photoTypes, type GenerationParams, type Model } from '@imgvid/api';
import type { ModelSheet } from './sheet.ts';

/** What the operator makes of a provider's price. */
export interface Pricing {
  /** Added to the provider's price, in percent of it. */
  marginPercent: number;
  /** What one credit is worth, in millionths of a US dollar. */
  creditMicros: number;
}

export interface PhotoLimits {
  maxBytes: number;
  maxPixels: number;
}

/** Room for the sentence that tells the camera. */
const cameraWords = 120;

const toMicros = (usd: number): number => Math.round(usd * 1_000_000);

/** Rounded up: a video is never sold below its cost and margin. */
function credits(usd: number, { marginPercent, creditMicros }: Pricing): number {
  return Math.max(1, Math.ceil((toMicros(usd) * (100 + marginPercent)) / 100 / creditMicros));
}

/** The model as the API shows it, in the operator's prices. */
export function modelOf(sheet: ModelSheet, pricing: Pricing, limits: PhotoLimits): Model {
  const { input, defaults } = sheet;
  return {
    id: sheet.id,
    name: sheet.name,
    description: sheet.description,
    provider: sheet.provider,
    durations_s: sheet.durations_s,
    resolutions: sheet.resolutions,
    aspect_ratios: sheet.aspect_ratios,
    fps: [sheet.fps],
    camera_moves: [...cameraMoves],
    camera_strength: input.camera.by === 'words',
    prompt: { max_length: Math.min(sheet.prompt_max - cameraWords, longestPrompt), role: 'scene' },
    negative_prompt: sheet.negative_prompt_max === null ? null : { max_length: sheet.negative_prompt_max },
    seed: input.seed !== null,
    loop: false,
    end_frame: input.end_image !== null,
    sound: sheet.sound,
    templates: [],
    photo: {
      content_types: [...photoTypes],
      // A photo is made to fit the model before it is sent, so what counts is what we take in ourselves.
      max_bytes: limits.maxBytes,
      max_pixels: limits.maxPixels,
      min_side: sheet.photo.min_side,
    },
    prices: sheet.prices.rows.map(({ resolution, duration_s, usd }) => ({
      resolution,
      duration_s,
      credits: credits(usd, pricing),
    })),
    impossible: sheet.impossible,
    typical_s: { ...sheet.typical_s, median: null },
    defaults: { ...defaults, fps: sheet.fps, camera_move: 'push_in', camera_strength: 0.5 },
  };
}

/** What the provider asks for these choices, in millionths of a US dollar. */
export function costOf(sheet: ModelSheet, params: GenerationParams): number {
  const row = sheet.prices.rows.find(
    ({ resolution, duration_s }) => resolution === params.resolution && duration_s === params.duration_s,
  );
  if (!row) throw new Error(`${sheet.id} has no price for ${params.resolution}, ${params.duration_s} s`);
  return toMicros(row.usd);
}
