import { expect, test } from 'vitest';
import { BORDER, planesFromRgb, type Plane } from './planes.ts';

/** ITU-R BT.709-6, limited range, in full precision: luma of a pixel, and its differences before they are halved. */
function reference(rgb: Uint8Array, pixel: number): [luma: number, blue: number, red: number] {
  const [r = 0, g = 0, b = 0] = rgb.subarray(3 * pixel, 3 * pixel + 3);
  const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return [16 + (219 / 255) * grey, ((224 / 255) * (b - grey)) / 1.8556, ((224 / 255) * (r - grey)) / 1.5748];
}

const at = ({ samples, stride }: Plane, x: number, y: number): number =>
  (samples[(y + BORDER) * stride + x + BORDER] ?? NaN) / 64;

test.each([
  [1, 1],
  [2, 3],
  [7, 5],
  [64, 4],
  [101, 6],
])('a photo of %i by %i pixels becomes BT.709, its chroma sited left', (width, height) => {
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7919) % 256);
  const [luma, blue, red] = planesFromRgb(rgb, { width, height });
  const inside = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      expect(Math.abs(at(luma, x, y) - reference(rgb, y * width + x)[0])).toBeLessThan(1 / 64);
  for (let y = 0; y < blue.height; y++)
    for (let x = 0; x < blue.width; x++) {
      const around = [2 * y, inside(2 * y + 1, height)].flatMap((row) =>
        [-1, 0, 0, 1].map((by) => reference(rgb, row * width + inside(2 * x + by, width))),
      );
      const mean = (i: 1 | 2) => 128 + around.reduce((sum, one) => sum + one[i], 0) / around.length;
      expect(Math.abs(at(blue, x, y) - mean(1))).toBeLessThan(1 / 64);
      expect(Math.abs(at(red, x, y) - mean(2))).toBeLessThan(1 / 64);
    }
});
