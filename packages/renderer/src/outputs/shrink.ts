import sharp from 'sharp';
import type { Size } from '../moves/index.ts';

/** The largest size of the same shape whose longer side is `longest`, both sides even. */
export function fitted({ width, height }: Size, longest: number): Size {
  const k = Math.min(1, longest / Math.max(width, height));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * k) / 2));
  return { width: even(width), height: even(height) };
}

/** A limited-range BT.709 4:2:0 frame, shrunk to interleaved 8-bit RGB. The planes are shrunk before they are mixed. */
export async function shrunkRgb(frame: Uint8Array, from: Size, to: Size): Promise<Buffer> {
  const [full, half] = [from, { width: from.width / 2, height: from.height / 2 }];
  const [lumaBytes, chromaBytes] = [full.width * full.height, half.width * half.height];
  const plane = (at: number, size: Size) =>
    sharp(frame.subarray(at, at + size.width * size.height), { raw: { ...size, channels: 1 } })
      .resize(to.width, to.height, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace('b-w')
      .raw()
      .toBuffer();
  const [luma, blue, red] = await Promise.all([
    plane(0, full),
    plane(lumaBytes, half),
    plane(lumaBytes + chromaBytes, half),
  ]);
  return mixed(luma, blue, red);
}

function mixed(luma: Uint8Array, blue: Uint8Array, red: Uint8Array): Buffer {
  const rgb = new Uint8ClampedArray(luma.length * 3);
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    const grey = (255 / 219) * ((luma[i] ?? 0) - 16);
    const b = ((1.8556 * 255) / 224) * ((blue[i] ?? 0) - 128);
    const r = ((1.5748 * 255) / 224) * ((red[i] ?? 0) - 128);
    rgb[p] = grey + r;
    rgb[p + 1] = grey - (0.0722 * b + 0.2126 * r) / 0.7152;
    rgb[p + 2] = grey + b;
  }
  return Buffer.from(rgb.buffer);
}
