import { previewOf } from './prepare.ts';

/** A picture from the server as a canvas for the preview; null when it does not arrive. */
export async function loadPicture(url: string): Promise<HTMLCanvasElement | null> {
  const image = new Image();
  image.decoding = 'async';
  image.src = url;
  try {
    await image.decode();
    return previewOf(image);
  } catch {
    return null;
  }
}
