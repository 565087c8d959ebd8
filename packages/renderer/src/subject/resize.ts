import sharp from 'sharp';
import type { Size } from '../moves/index.ts';

/** Longest side of the copy that a photo is looked at in: what is smaller than its pixels decides nothing. */
const WORKING_SIDE = 512;

/** The size of the working copy, or of a smaller one. */
export function workingSize({ width, height }: Size, side = WORKING_SIDE): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** 8-bit samples of `channels` to a pixel, brought to another size: averaged when shrinking, smooth when growing. */
export async function resized(data: Uint8Array, channels: 1 | 3, from: Size, to: Size): Promise<Uint8Array> {
  if (from.width === to.width && from.height === to.height) return data;
  const { width, height } = from;
  // One channel would come back as three.
  return sharp(data, { raw: { width, height, channels } })
    .resize({ width: to.width, height: to.height, fit: 'fill', kernel: 'cubic' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
}
