import { kernelOf, reserve, type WithMemory } from '../kernel.ts';
import type { Size } from '../moves/index.ts';
import { planesBinary } from './planes-binary.ts';

/**
 * One plane of samples with a border repeated all around, so that filters may reach over the edge.
 * A sample is an 8-bit value times 64. Plane (x, y) stands at `(y + BORDER) * stride + x + BORDER`.
 */
export interface Plane extends Size {
  samples: Int16Array;
  stride: number;
}

/** Y, Cb, Cr: limited range BT.709, 4:2:0, chroma sited left as in H.264 by default. */
export type Planes = [Plane, Plane, Plane];

export const BORDER = 16;

/** Samples to a row, such that rows do not all fall onto the same few lines of a processor's cache. */
export const strideFor = (width: number): number => (Math.ceil((width + 2 * BORDER) / 32) | 1) * 32;

/** Samples of a plane of this size, with its border. */
export const samplesOf = ({ width, height }: Size): number => strideFor(width) * (height + 2 * BORDER);

function emptyPlane(width: number, height: number): Plane {
  const stride = strideFor(width);
  return { width, height, stride, samples: new Int16Array(samplesOf({ width, height })) };
}

function repeatBorder({ samples, stride, width, height }: Plane): void {
  for (let y = 0; y < height; y++) {
    const row = (y + BORDER) * stride;
    samples.fill(samples[row + BORDER] ?? 0, row, row + BORDER);
    samples.fill(samples[row + BORDER + width - 1] ?? 0, row + BORDER + width, row + stride);
  }
  for (let y = 0; y < BORDER; y++) {
    samples.copyWithin(y * stride, BORDER * stride, (BORDER + 1) * stride);
    const last = (BORDER + height - 1) * stride;
    samples.copyWithin((BORDER + height + y) * stride, last, last + stride);
  }
}

/** The functions of kernel/planes.ts, which says what they take. */
interface Kernel extends WithMemory {
  rowsOfRgb(...args: number[]): void;
}

const newKernel = kernelOf(planesBinary) as () => Kernel;

/** Where two rows lie in the kernel's memory while they are turned: each with room for what is written beyond them. */
function layout(width: number) {
  const room = (bytes: number): number => Math.ceil((bytes + 32) / 16) * 16;
  const rgb = 1024;
  const lumaStride = room(2 * width);
  const luma = rgb + room(6 * width);
  const blue = luma + 2 * lumaStride;
  const red = blue + room(width);
  const sums = red + room(width);
  return { rgb, luma, lumaStride, blue, red, sums, end: sums + room(8 * (width + 16)) };
}

/**
 * Turns interleaved 8-bit RGB (gamma-coded sRGB) into planes, by the BT.709 matrix of ITU-R BT.709-6 section 3.
 * Six fractional bits keep what the conversion would round away before the sampler filters.
 */
export function planesFromRgb(rgb: Uint8Array, { width, height }: Size): Planes {
  const luma = emptyPlane(width, height);
  const blue = emptyPlane((width + 1) >> 1, (height + 1) >> 1);
  const red = emptyPlane((width + 1) >> 1, (height + 1) >> 1);
  const kernel = newKernel();
  const at = layout(width);
  reserve(kernel, at.end);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const samples = new Int16Array(kernel.memory.buffer);
  const keep = ({ samples: all, stride, width: count }: Plane, y: number, address: number): void =>
    all.set(samples.subarray(address / 2, address / 2 + count), (y + BORDER) * stride + BORDER);
  const unit = 64 / 255;
  for (let y = 0; y < height; y += 2) {
    const rows = Math.min(2, height - y);
    bytes.set(rgb.subarray(3 * y * width, 3 * (y + rows) * width), at.rgb);
    kernel.rowsOfRgb(
      ...[at.rgb, width, rows, at.luma, at.lumaStride, at.blue, at.red, at.sums],
      ...[219 * unit, (224 * unit) / 1.8556 / rows / 4, (224 * unit) / 1.5748 / rows / 4],
    );
    for (let row = 0; row < rows; row++) keep(luma, y + row, at.luma + row * at.lumaStride);
    keep(blue, y >> 1, at.blue);
    keep(red, y >> 1, at.red);
  }
  const planes: Planes = [luma, blue, red];
  planes.forEach(repeatBorder);
  return planes;
}

/** One row of a mask at chroma's places: sited on the left one of its two pixels, so weighted 1 2 1 around that. */
function subsample(sums: Float32Array, width: number, plane: Plane, y: number, factor: number): void {
  sums[0] = sums[1] ?? 0;
  sums[width + 1] = sums[width] ?? 0;
  const row = (y + BORDER) * plane.stride + BORDER;
  for (let x = 0; x < plane.width; x++) {
    const around = (sums[2 * x] ?? 0) + 2 * (sums[2 * x + 1] ?? 0) + (sums[2 * x + 2] ?? 0);
    plane.samples[row + x] = Math.round((factor * around) / 4);
  }
}

/** A limited-range BT.709 4:2:0 frame as interleaved 8-bit RGB, for stills. */
export function rgbFromI420(frame: Uint8Array, { width, height }: Size): Uint8Array {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const halfWidth = width >> 1;
  const blueAt = width * height;
  const redAt = blueAt + halfWidth * (height >> 1);
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.min(y >> 1, (height >> 1) - 1) * halfWidth;
    for (let x = 0; x < width; x++, p += 3) {
      // Odd pixels lie half-way between two chroma samples sited on the left.
      const near = row + (x >> 1);
      const next = x & 1 && (x >> 1) + 1 < halfWidth ? near + 1 : near;
      const grey = (255 / 219) * ((frame[y * width + x] ?? 0) - 16);
      const b = ((frame[blueAt + near] ?? 0) + (frame[blueAt + next] ?? 0)) / 2 - 128;
      const r = ((frame[redAt + near] ?? 0) + (frame[redAt + next] ?? 0)) / 2 - 128;
      const blue = ((1.8556 * 255) / 224) * b;
      const red = ((1.5748 * 255) / 224) * r;
      rgb[p] = grey + red;
      rgb[p + 1] = grey - (0.0722 * blue + 0.2126 * red) / 0.7152;
      rgb[p + 2] = grey + blue;
    }
  }
  return new Uint8Array(rgb.buffer);
}

/** A mask (8 bit, 0..255) as planes to draw through: one for luma, one for the chroma sited as that of 4:2:0. */
export function maskPlanes(mask: Uint8Array, { width, height }: Size): [Plane, Plane] {
  const luma = emptyPlane(width, height);
  const chroma = emptyPlane((width + 1) >> 1, (height + 1) >> 1);
  const sums = new Float32Array(width + 3);
  for (let y = 0, p = 0; y < height; y++) {
    const fresh = y % 2 === 0;
    const row = (y + BORDER) * luma.stride + BORDER;
    for (let x = 0; x < width; x++, p++) {
      const value = mask[p] ?? 0;
      luma.samples[row + x] = value * 64;
      sums[x + 1] = (fresh ? 0 : (sums[x + 1] ?? 0)) + value;
    }
    const rows = fresh ? 1 : 2;
    if (rows === 2 || y === height - 1) subsample(sums, width, chroma, y >> 1, 64 / rows);
  }
  const planes: [Plane, Plane] = [luma, chroma];
  planes.forEach(repeatBorder);
  return planes;
}
