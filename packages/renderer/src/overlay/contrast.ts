import type { Size } from '../moves/index.ts';

export type Rgb = readonly [number, number, number];

/** What WCAG 2.2 asks of texts (success criterion 1.4.3). */
export const MIN_CONTRAST = 4.5;

export const parseColour = (hex: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
export const black: Rgb = [0, 0, 0];
export const white: Rgb = [255, 255, 255];

/** The light of a value of 0 to 255, in sixteenths: thousands of colours are looked at. */
const light = Float64Array.from({ length: 255 * 16 + 1 }, (_, i) => {
  const share = i / 16 / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
const lightOf = (value: number): number => light[Math.round(Math.min(255, Math.max(0, value)) * 16)] ?? 0;

/** WCAG 2.2, relative luminance. */
export const luminance = ([r, g, b]: Rgb): number =>
  0.2126 * lightOf(r) + 0.7152 * lightOf(g) + 0.0722 * lightOf(b);

const ratio = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

export const contrast = (a: Rgb, b: Rgb): number => ratio(luminance(a), luminance(b));

const mix = (under: Rgb, over: Rgb, share: number): Rgb => [
  under[0] + (over[0] - under[0]) * share,
  under[1] + (over[1] - under[1]) * share,
  under[2] + (over[2] - under[2]) * share,
];

/** The wanted colour where it can be read on `under`, else black or white, whichever reads better. */
export function readable(wanted: Rgb, under: Rgb): Rgb {
  if (contrast(wanted, under) >= MIN_CONTRAST) return wanted;
  return contrast(white, under) >= contrast(black, under) ? white : black;
}

/** The colours of 4 x 4 blocks in a part of an I420 frame. */
export function blocksUnder(frame: Uint8Array, { width, height }: Size, rect: Rect): Rgb[] {
  const found: Rgb[] = [];
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, Math.floor(value / 4) * 4));
  for (let y = clamp(rect.y, height - 4); y < Math.min(height - 3, rect.y + rect.height); y += 4)
    for (let x = clamp(rect.x, width - 4); x < Math.min(width - 3, rect.x + rect.width); x += 4) {
      let sum = 0;
      for (let j = 0; j < 4; j++) for (let i = 0; i < 4; i++) sum += frame[(y + j) * width + x + i] ?? 0;
      const chroma = width * height + (y >> 1) * (width >> 1) + (x >> 1);
      const grey = (255 / 219) * (sum / 16 - 16);
      const blue = ((1.8556 * 255) / 224) * ((frame[chroma] ?? 128) - 128);
      const red = ((1.5748 * 255) / 224) * ((frame[chroma + ((width * height) >> 2)] ?? 128) - 128);
      found.push([grey + red, grey - (0.0722 * blue + 0.2126 * red) / 0.7152, grey + blue]);
    }
  return found;
}

export interface Rect extends Size {
  x: number;
  y: number;
}

/** How opaque a backdrop must be, at least `from`, so that the text reads on all but the odd speck under it. */
export function opacityNeeded(text: Rgb, backdrop: Rgb, under: readonly Rgb[], from: number): number {
  const ink = luminance(text);
  const most = under.length * 0.005;
  const reads = (opacity: number): boolean => {
    let poor = 0;
    for (const colour of under)
      if (ratio(ink, luminance(mix(colour, backdrop, opacity))) < MIN_CONTRAST && ++poor > most) return false;
    return true;
  };
  for (let opacity = from; opacity < 1; opacity += 0.02) if (reads(opacity)) return opacity;
  return 1;
}
