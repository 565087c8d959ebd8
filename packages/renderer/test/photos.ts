/** Photos made up for tests: nothing here comes from anybody else's picture. */
import sharp from 'sharp';

type Rgb = readonly [number, number, number];

/** An RGB picture computed pixel by pixel. */
export function draw(width: number, height: number, at: (x: number, y: number) => Rgb) {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p += 3) {
      const [r, g, b] = at(x + 0.5, y + 0.5);
      rgb[p] = r;
      rgb[p + 1] = g;
      rgb[p + 2] = b;
    }
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

/** A soft bright spot at (cx, cy) on grey: its centre of mass can be measured to thousandths of a pixel. */
export const spot = (width: number, height: number, cx: number, cy: number, radius: number) =>
  draw(width, height, (x, y) => {
    const v = 40 + 190 * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * radius * radius));
    return [v, v, v];
  });

/** Four quarters in red, green, blue and yellow: top left, top right, bottom left, bottom right. */
export const quarters = (width: number, height: number) =>
  draw(width, height, (x, y) => {
    const right = x > width / 2;
    if (y < height / 2) return right ? [0, 200, 0] : [200, 0, 0];
    return right ? [220, 220, 0] : [0, 0, 220];
  });

/** Numbers from 0 to 1 that look random and are the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Something with the statistics of a photo: cloudy texture at all scales (half as strong at half the size, as in
 * nature), a few crisp shapes, a smooth gradient and some grain.
 */
export async function scene(width: number, height: number) {
  const random = seeded(7);
  const sum = new Float32Array(width * height * 3);
  for (const [size, strength] of [
    [2, 4],
    [8, 8],
    [32, 16],
    [128, 32],
    [512, 64],
  ] as const) {
    const [w, h] = [Math.ceil(width / size) + 1, Math.ceil(height / size) + 1];
    const coarse = Buffer.from(Array.from({ length: w * h * 3 }, () => Math.floor(random() * 256)));
    const { data } = await sharp(coarse, { raw: { width: w, height: h, channels: 3 } })
      .resize(width, height, { kernel: 'cubic', fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + strength * ((data[i] ?? 0) / 128 - 1);
  }
  const disc = (x: number, y: number, cx: number, cy: number, r: number) =>
    Math.hypot(x - cx * width, y - cy * height) < r * height;
  return draw(width, height, (x, y) => {
    if (disc(x, y, 0.5, 0.5, 0.28)) return [200 - (60 * y) / height, 60 + (40 * x) / width, 50];
    if (disc(x, y, 0.8, 0.3, 0.1)) return [235, 230, 215];
    if (Math.abs(x - 0.2 * width - 0.2 * (y - 0.5 * height)) < 0.06 * width && y > 0.3 * height)
      return (Math.floor(y / 12) + Math.floor(x / 12)) % 2 ? [40, 60, 90] : [210, 200, 160];
    const i = 3 * (Math.floor(y) * width + Math.floor(x));
    const grain = (random() - 0.5) * 4;
    const light = 120 + 40 * (1 - y / height) + grain;
    const value = (k: number) => Math.min(255, Math.max(0, light + 0.8 * (sum[i + k] ?? 0)));
    return [value(0), value(1), value(2)];
  });
}
