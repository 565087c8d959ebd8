import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Size } from '../../moves/index.ts';
import { partOf, rowsOf, type Region } from '../enlarge.ts';
import { Network } from '../network/index.ts';
import { resized } from '../resize.ts';
import { unionOf, type Box } from '../types.ts';

const { resolve } = createRequire(import.meta.url);
let network: Network | undefined;

const theNetwork = (): Network =>
  (network ??= new Network(
    readFileSync(resolve('@mediapipe/selfie_segmentation/selfie_segmentation.tflite')),
  ));

/** How surely each pixel is of a person, by several looks. */
export interface Guess {
  /** 0..1 of each pixel, the mean of the looks. */
  mask: Float32Array;
  /** How far the looks are apart at the most, of all that any of them takes for a person. */
  disagreement: number;
  /** What was looked at nearest: beyond it nobody was looked for. */
  window: Region;
}

/** What is looked at around the heads, in their own sizes, nearer and from further away. */
const AROUND = { aside: 2, above: 0.7, below: 4.5 };
const FURTHER = 1.4;
/** A look at hardly more than another says nothing new. */
const SAME = 0.92;

/**
 * People by MediaPipe's selfie segmentation, whose weights come with Google's package. It knows pictures in which people
 * are large, so it is shown what is around their heads, as a square whatever its shape; mirrored too, and with more around
 * it where there is more. Where those looks differ, it is not certain.
 */
export async function guessPeople(rgb: Uint8Array, size: Size, heads: readonly Box[]): Promise<Guess> {
  const window = windowAround(heads, size, 1);
  const wider = windowAround(heads, size, FURTHER);
  const near = await cropped(rgb, size, window);
  const looks = [look(near, false), look(near, true)].map((mask) => laidOut(mask, window, size));
  if (window.width * window.height < SAME * wider.width * wider.height)
    looks.push(laidOut(look(await cropped(rgb, size, wider), false), wider, size));
  return { ...agreed(looks, window, size), window };
}

function windowAround(heads: readonly Box[], { width, height }: Size, more: number): Region {
  const all = unionOf(heads) ?? { x: 0, y: 0, width: 1, height: 1 };
  const [w, h] = [
    Math.max(...heads.map((head) => head.width)) * more,
    Math.max(...heads.map((head) => head.height)) * more,
  ];
  const left = Math.round(width * Math.max(0, all.x - AROUND.aside * w));
  const top = Math.round(height * Math.max(0, all.y - AROUND.above * h));
  const right = Math.round(width * Math.min(1, all.x + all.width + AROUND.aside * w));
  const bottom = Math.round(height * Math.min(1, all.y + all.height + AROUND.below * h));
  return { left, top, width: right - left, height: bottom - top };
}

/** A part of a picture as the square that the network looks at. */
async function cropped(rgb: Uint8Array, size: Size, part: Region): Promise<Uint8Array> {
  const { side } = theNetwork();
  return resized(partOf(rgb, size, part), 3, part, { width: side, height: side });
}

function look(rgb: Uint8Array, mirrored: boolean): Float32Array {
  const net = theNetwork();
  const picture = new Float32Array(rgb.length);
  for (let i = 0; i < picture.length; i++) picture[i] = (rgb[i] as number) / 255;
  const [mask = new Float32Array()] = net.run(mirrored ? flipped(picture, net.side, 3) : picture);
  return mirrored ? flipped(mask, net.side, 1) : mask;
}

function flipped(picture: Float32Array, side: number, channels: number): Float32Array {
  const out = new Float32Array(picture.length);
  for (let i = 0; i < side * side; i++) {
    const column = i % side;
    const from = i - column + side - 1 - column;
    for (let k = 0; k < channels; k++) out[channels * i + k] = picture[channels * from + k] as number;
  }
  return out;
}

/** What was seen in a window, in its place. */
function laidOut(mask: Float32Array, window: Region, size: Size): Float32Array {
  const { side } = theNetwork();
  const rows = rowsOf(mask, 1, { width: side, height: side }, window, { ...window, left: 0, top: 0 });
  const out = new Float32Array(size.width * size.height);
  for (let y = 0; y < window.height; y++) out.set(rows(y), (window.top + y) * size.width + window.left);
  return out;
}

function agreed(looks: readonly Float32Array[], { left, top, width, height }: Region, size: Size) {
  const mask = new Float32Array(size.width * size.height);
  let [apart, seen] = [0, 1];
  for (let y = top; y < top + height; y++)
    for (let i = y * size.width + left; i < y * size.width + left + width; i++) {
      let [sum, least, most] = [0, 1, 0];
      for (const one of looks) {
        const value = one[i] as number;
        sum += value;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      mask[i] = sum / looks.length;
      apart += most - least;
      seen += most;
    }
  return { mask, disagreement: apart / seen };
}
