import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Size } from '../../moves/index.ts';
import type { Box } from '../types.ts';
import { Network } from '../network/index.ts';

/*
 * Faces by BlazeFace (Bazarevsky et al., 2019, "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs"),
 * the short range network of MediaPipe, whose weights come with Google's package. It sees faces that take a fifth of
 * a square picture or more, so a photo is looked at through several windows.
 */

const { resolve } = createRequire(import.meta.url);
let network: Network | undefined;

/** Worth a second look, and certain after it. */
const LIKELY = 0.5;
const CERTAIN = 0.8;
/**
 * From one window to the next, of its side: a face that lies between two is seen whole in one of them, unless it is so
 * large that the larger windows see it.
 */
const APART = 0.72;
/** Of the photo's longer side: faces smaller than this are not what a photo is of. */
const SMALLEST = 0.05;
/** Beside a large face, one of less than this part of it is in the background. */
const BESIDE = 0.4;
/** What a head has around its face, in heights of the face. */
const HEAD = { above: 0.6, below: 0.2, aside: 0.3 };

/** A square in the photo's pixels. */
interface Square {
  x: number;
  y: number;
  side: number;
}

interface Found extends Square {
  score: number;
}

/** Reads the network and runs it once on nothing, so that it is quick when it is needed. */
export function prepareFaces(): void {
  const net = theNetwork();
  net.run(new Float32Array(net.side * net.side * 3));
}

const theNetwork = (): Network =>
  (network ??= new Network(
    readFileSync(resolve('@mediapipe/face_detection/face_detection_short_range.tflite')),
  ));

/** Heads in a photo (8-bit RGB, upright), from the largest down, from hair to chin. */
export function findFaces(rgb: Uint8Array, size: Size): Box[] {
  if (Math.min(size.width, size.height) < 32) return [];
  const net = theNetwork();
  const seen: Found[] = [];
  const shorter = Math.min(size.width, size.height);
  for (const window of windowsOver(size)) {
    // Beside a large face none counts that is so small as to be seen only from nearer.
    if (window.side < shorter && seen.some(({ side }) => side > 0.25 * shorter)) break;
    for (const candidate of lookAt(net, rgb, size, window))
      if (candidate.score >= LIKELY && !seen.some((other) => overlap(other, candidate) > 0.3)) {
        const certain = confirmed(net, rgb, size, candidate);
        if (certain && !seen.some((other) => overlap(other, certain) > 0.3)) seen.push(certain);
      }
  }
  const longer = Math.max(size.width, size.height);
  const largest = Math.max(0, ...seen.map(({ side }) => side));
  return seen
    .filter(({ side }) => side >= SMALLEST * longer && side >= BESIDE * largest)
    .toSorted((a, b) => b.side - a.side)
    .map((face) => headOf(face, size));
}

/** The whole photo, then squares as high as it is wide, then smaller ones, each overlapping the next. */
function windowsOver({ width, height }: Size): Square[] {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const windows: Square[] = [{ x: (width - longer) / 2, y: (height - longer) / 2, side: longer }];
  for (const share of [1, 0.62]) {
    const side = share * shorter;
    if (side > 0.87 * longer || longer > 3 * shorter) continue;
    const [columns, rows] = [width, height].map((length) => Math.ceil((length - side) / (APART * side)) + 1);
    for (let row = 0; row < (rows ?? 1); row++)
      for (let column = 0; column < (columns ?? 1); column++)
        windows.push({
          x: columns === 1 ? 0 : (column * (width - side)) / ((columns ?? 2) - 1),
          y: rows === 1 ? 0 : (row * (height - side)) / ((rows ?? 2) - 1),
          side,
        });
  }
  return windows;
}

/** A face seen again from nearer; null where it was none. */
function confirmed(net: Network, rgb: Uint8Array, size: Size, { x, y, side }: Square): Found | null {
  const around = 2.2 * side;
  const window = { x: x + (side - around) / 2, y: y + (side - around) / 2, side: around };
  const [best] = lookAt(net, rgb, size, window);
  return best && best.score >= CERTAIN && overlap(best, { x, y, side }) > 0.35 ? best : null;
}

/** All that may be faces in a window, the likeliest first; of those that overlap only that one. */
function lookAt(net: Network, rgb: Uint8Array, size: Size, window: Square): Found[] {
  const [boxes = new Float32Array(), scores = new Float32Array()] = net.run(
    picture(rgb, size, window, net.side),
  );
  const found: Found[] = [];
  for (const [i, raw] of scores.entries()) {
    const score = 1 / (1 + Math.exp(-raw));
    if (score < LIKELY) continue;
    const anchor = anchorOf(i);
    const [x = 0, y = 0, side = 0] = boxes.subarray(16 * i, 16 * i + 3).map((value) => value / net.side);
    found.push({
      x: window.x + (anchor.x + x - side / 2) * window.side,
      y: window.y + (anchor.y + y - side / 2) * window.side,
      side: side * window.side,
      score,
    });
  }
  found.sort((a, b) => b.score - a.score);
  return found.filter((one, i) => !found.slice(0, i).some((better) => overlap(better, one) > 0.3));
}

/** Boxes are told relative to these points: two to each of 16 x 16, then six to each of 8 x 8. */
function anchorOf(i: number): { x: number; y: number } {
  const [cells, index] = i < 512 ? [16, i >> 1] : [8, Math.floor((i - 512) / 6)];
  return { x: ((index % cells) + 0.5) / cells, y: (Math.floor(index / cells) + 0.5) / cells };
}

/** Intersection over union. */
function overlap(a: Square, b: Square): number {
  const width = Math.min(a.x + a.side, b.x + b.side) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.side, b.y + b.side) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.side ** 2 + b.side ** 2 - width * height);
}

/** What is in a window at the network's size, -1..1; black beyond the photo. Each pixel is an average. */
function picture(rgb: Uint8Array, { width, height }: Size, { x, y, side }: Square, to: number): Float32Array {
  const step = side / to;
  const samples = Math.max(1, Math.round(step));
  const count = to * samples;
  const out = new Float32Array(to * to * 3).fill(-1);
  const scale = 2 / 255 / (samples * samples);
  // Where in a row the samples stand; beyond the photo there are none.
  const columns = Int32Array.from({ length: count }, (_, i) => Math.floor(x + (i + 0.5) * (side / count)));
  for (let line = 0; line < count; line++) {
    const row = Math.floor(y + (line + 0.5) * (side / count));
    if (row < 0 || row >= height) continue;
    const start = 3 * Math.floor(line / samples) * to;
    for (let i = 0, at = start, left = samples; i < count; i++) {
      const column = columns[i] as number;
      if (column >= 0 && column < width) {
        const from = 3 * (row * width + column);
        out[at] = (out[at] as number) + scale * (rgb[from] as number);
        out[at + 1] = (out[at + 1] as number) + scale * (rgb[from + 1] as number);
        out[at + 2] = (out[at + 2] as number) + scale * (rgb[from + 2] as number);
      }
      if (--left > 0) continue;
      left = samples;
      at += 3;
    }
  }
  return out;
}

function headOf({ x, y, side }: Square, { width, height }: Size): Box {
  const left = Math.max(0, x - HEAD.aside * side);
  const top = Math.max(0, y - HEAD.above * side);
  const right = Math.min(width, x + (1 + HEAD.aside) * side);
  const bottom = Math.min(height, y + (1 + HEAD.below) * side);
  return {
    x: left / width,
    y: top / height,
    width: (right - left) / width,
    height: (bottom - top) / height,
  };
}
