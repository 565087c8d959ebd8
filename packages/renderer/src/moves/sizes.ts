import type { Size } from './geometry.ts';

export const aspectRatios = ['source', '16:9', '9:16', '1:1', '4:5', '4:3', '3:4', '21:9'] as const;
export type AspectRatio = (typeof aspectRatios)[number];

export const resolutions = ['480p', '720p', '1080p'] as const;
export type Resolution = (typeof resolutions)[number];

/**
 * The video's size in pixels, both even. The resolution names the shorter side; `source` keeps the photo's own
 * shape within 9:21 and 21:9.
 */
export function outputSize(photo: Size, resolution: Resolution, aspectRatio: AspectRatio): Size {
  const [w = 1, h = 1] =
    aspectRatio === 'source' ? [photo.width, photo.height] : aspectRatio.split(':').map(Number);
  const ratio = Math.min(21 / 9, Math.max(9 / 21, w / h));
  const short = parseInt(resolution, 10);
  const long = 2 * Math.round((short * Math.max(ratio, 1 / ratio)) / 2);
  return ratio >= 1 ? { width: long, height: short } : { width: short, height: long };
}
