import type { PhotoType } from '@imgvid/api/types';
import { WidgetError } from '../errors.ts';
import { headBytes, readDimensions, sniffType, type Dimensions } from './sniff.ts';

/** What the model takes in; taken from the catalogue, with the API's own limits until that is known. */
export interface PhotoLimits {
  max_bytes: number;
  max_pixels: number;
  min_side: number;
}

export const usualLimits: PhotoLimits = { max_bytes: 50e6, max_pixels: 100e6, min_side: 16 };

/** A photo on the visitor's device, looked at but not yet sent. */
export interface Photo {
  /** The bytes to send: made anew without metadata where this browser can, else the original. */
  bytes: Blob;
  type: PhotoType;
  filename: string | undefined;
  /** Small and upright, for the preview; null where this browser cannot decode the format (HEIC in most). */
  preview: HTMLCanvasElement | null;
}

/** Longest side sent. The largest video is 1080p; the rest is room for the camera to move in. */
const longestSent = 4096;
const longestPreview = 1440;
/** Beyond this, decoding may take more memory than a phone gives to a page; the server reads it instead. */
const mostDecoded = 64e6;

function canvasOf(source: CanvasImageSource & Dimensions, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(source.width, source.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new WidgetError('corrupt_image');
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export const previewOf = (source: CanvasImageSource & Dimensions): HTMLCanvasElement =>
  canvasOf(source, longestPreview);

/** Whether any of it can be seen through, judged on a small copy. */
function isTransparent(source: HTMLCanvasElement): boolean {
  const small = canvasOf(source, 96);
  const pixels = small.getContext('2d')?.getImageData(0, 0, small.width, small.height).data ?? [];
  for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] ?? 255) < 250) return true;
  return false;
}

const encode = (canvas: HTMLCanvasElement, type: PhotoType): Promise<Blob | null> =>
  new Promise((resolve) => {
    canvas.toBlob(resolve, type, 0.92);
  });

/** Decoded, upright, at most 4096 pixels long; null when this browser cannot. */
async function decode(file: Blob): Promise<HTMLCanvasElement | null> {
  try {
    const bitmap = await createImageBitmap(file);
    try {
      return canvasOf(bitmap, longestSent);
    } finally {
      bitmap.close();
    }
  } catch {
    return null;
  }
}

/**
 * Looks at a file and makes it ready to send: refuses what is no photo or too large, turns it upright, takes
 * all metadata (place, camera, time) away by encoding it anew, and makes it no larger than needed.
 *
 * @throws WidgetError with the code the API would answer with
 */
export async function preparePhoto(file: Blob, limits: PhotoLimits): Promise<Photo> {
  if (file.size === 0) throw new WidgetError('unsupported_image');
  if (file.size > limits.max_bytes) throw new WidgetError('image_too_large');
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
  const type = sniffType(head);
  if (!type) throw new WidgetError('unsupported_image');
  const size = readDimensions(head, type);
  if (size && size.width * size.height > limits.max_pixels) throw new WidgetError('image_too_large');
  if (size && Math.min(size.width, size.height) < limits.min_side) throw new WidgetError('image_too_small');

  const original: Photo = {
    bytes: file,
    type,
    filename: file instanceof File && file.name ? file.name.slice(-255) : undefined,
    preview: null,
  };
  if (size && size.width * size.height > mostDecoded) return original;
  const canvas = await decode(file);
  if (!canvas) return original;
  const preview = previewOf(canvas);
  const made: PhotoType = type !== 'image/jpeg' && isTransparent(preview) ? 'image/png' : 'image/jpeg';
  const bytes = await encode(canvas, made);
  // The canvas' memory is given back at once, not when the collector comes by.
  canvas.width = canvas.height = 0;
  if (!bytes || bytes.type !== made || bytes.size > limits.max_bytes) return { ...original, preview };
  return { ...original, bytes, type: made, preview };
}
