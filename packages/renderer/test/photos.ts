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
