import sharp, { type Sharp } from 'sharp';

/** Pixels, three bytes each, rows from the top. */
export interface RawImage {
  data: Uint8Array;
  width: number;
  height: number;
}

export type Colour = readonly [number, number, number];
export const red: Colour = [220, 40, 40];
export const green: Colour = [40, 200, 60];
export const blue: Colour = [50, 60, 220];
export const yellow: Colour = [230, 220, 60];

/** Four quarters of four colours: red and green above, blue and yellow below. No turn or mirror leaves it as it is. */
export function quarters(width: number, height: number): RawImage {
  return paint(width, height, (x, y) => {
    if (y < height / 2) return x < width / 2 ? red : green;
    return x < width / 2 ? blue : yellow;
  });
}

/** Something with detail everywhere, so that encoders have work. */
export function noisy(width: number, height: number, seed = 1): RawImage {
  let state = seed;
  return paint(width, height, (x, y) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const grain = state >>> 27;
    return [(x * 200) / width + grain, (y * 200) / height + grain, ((x ^ y) & 127) + grain];
  });
}

export function paint(width: number, height: number, colourAt: (x: number, y: number) => Colour): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 3);
  return { data, width, height };
}

export const asSharp = ({ data, width, height }: RawImage): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } });
