import { aspectRatios, cameraMoves, photoTypes, resolutions, type Model, type Resolution } from '@imgvid/api';
import { builtinDesigns } from '@imgvid/renderer/templates';

const builtinModelId = 'imgvid/camera';

const durations = [3, 4, 5, 6, 7, 8, 9, 10];
const frameRates = [24, 30, 60];

/** Credits a second: what a render costs grows with its pixels. */
const creditsPerSecond: Record<Resolution, number> = { '480p': 1, '720p': 1, '1080p': 2 };

/** The built-in renderer: camera moves on the photo itself, made on this machine. */
export const builtinModel = (limits: { maxBytes: number; maxPixels: number; minSide: number }): Model => ({
  id: builtinModelId,
  name: 'Camera',
  description: 'Moves a camera over the photo. Nothing is invented: every pixel is yours.',
  provider: 'builtin',
  durations_s: durations,
  resolutions: [...resolutions],
  aspect_ratios: [...aspectRatios],
  fps: frameRates,
  camera_moves: [...cameraMoves],
  camera_strength: true,
  prompt: { max_length: 500, role: 'camera' },
  negative_prompt: null,
  seed: true,
  loop: true,
  end_frame: false,
  sound: false,
  templates: builtinDesigns.map(({ id }) => id),
  photo: {
    content_types: [...photoTypes],
    max_bytes: limits.maxBytes,
    max_pixels: limits.maxPixels,
    min_side: limits.minSide,
  },
  prices: resolutions.flatMap((resolution) =>
    durations.map((duration_s) => ({
      resolution,
      duration_s,
      credits: duration_s * creditsPerSecond[resolution],
    })),
  ),
  impossible: [
    {
      when: { resolution: ['1080p'], fps: [60], duration_s: [7, 8, 9, 10] },
      reason: '1080p at 60 frames a second is limited to 6 seconds.',
    },
  ],
  typical_s: null,
  defaults: {
    duration_s: 5,
    resolution: '720p',
    aspect_ratio: 'source',
    fps: 30,
    camera_move: 'push_in',
    camera_strength: 0.5,
  },
});
