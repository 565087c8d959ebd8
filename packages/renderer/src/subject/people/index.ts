import type { Size } from '../../moves/index.ts';
import { components, opposite } from '../segment.ts';
import type { WorkingSegment } from '../separate.ts';
import type { Box } from '../types.ts';
import { guessPeople, type Guess } from './mask.ts';

/** What the people of a photo must be, so that a cut-out of them is better than none: see `traitsOf`. */
const LIMITS = { disagreement: 0.13, sure: 0.93, heads: 0.88, coverage: [0.05, 0.75], edged: 0.85 } as const;

/**
 * The people that these heads belong to, in a photo (8-bit RGB) at the working size. Null where it is not certain enough
 * who is in it and who or what is not.
 */
export async function peopleIn(
  rgb: Uint8Array,
  size: Size,
  heads: readonly Box[],
): Promise<WorkingSegment | null> {
  const guess = await guessPeople(rgb, size, heads);
  const mask = wholeOf(guess.mask, size, heads);
  if (!mask || guess.disagreement > LIMITS.disagreement || leavesWindow(mask, guess, size)) return null;
  const { coverage, sure, inHeads, edged } = traitsOf({ rgb, mask, ...size }, guess.mask, heads);
  const certain =
    coverage >= LIMITS.coverage[0] &&
    coverage <= LIMITS.coverage[1] &&
    sure >= LIMITS.sure &&
    inHeads >= LIMITS.heads &&
    edged >= LIMITS.edged;
  return certain ? { ...size, rgb, mask, traces: new Uint8Array(mask.length) } : null;
}

type Masked = Size & { rgb: Uint8Array; mask: Uint8Array };

/** The part of the picture they take, how surely, how much of each head is theirs, and how much of their rim has an edge. */
function traitsOf(masked: Masked, soft: Float32Array, heads: readonly Box[]) {
  let [area, sum] = [0, 0];
  for (const [i, inside] of masked.mask.entries()) {
    if (!inside) continue;
    area++;
    sum += soft[i] as number;
  }
  return {
    coverage: area / masked.mask.length,
    sure: sum / Math.max(1, area),
    inHeads: Math.min(...heads.map((head) => shareOfHead(masked, soft, head))),
    edged: edgedRim(masked),
  };
}

/** Of a head's box, the oval within which a head surely is. */
const OVAL = 0.38;

function shareOfHead({ width, height, mask }: Masked, soft: Float32Array, head: Box): number {
  let [sum, count] = [0, 0];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const u = (x / width - head.x - head.width / 2) / (OVAL * head.width);
      const v = (y / height - head.y - head.height / 2) / (OVAL * head.height);
      if (u * u + v * v >= 1) continue;
      count++;
      if (mask[i]) sum += soft[i] as number;
    }
  return sum / Math.max(1, count);
}

/** Working pixels on both sides of a rim within which its edge may lie, and how large a step (of 255) makes one. */
const NEAR_RIM = 3;
const RIM_STEP = 24;

/** The part of the mask's rim at which colours change. */
function edgedRim({ rgb, mask, width, height }: Masked): number {
  let [rim, edged] = [0, 0];
  const spare = NEAR_RIM + 1;
  const step = (i: number, along: number): number => {
    const [p, q] = [3 * (i - along), 3 * (i + along)];
    return Math.hypot(
      (rgb[p] as number) - (rgb[q] as number),
      (rgb[p + 1] as number) - (rgb[q + 1] as number),
      (rgb[p + 2] as number) - (rgb[q + 2] as number),
    );
  };
  for (let y = spare; y < height - spare; y++)
    for (let x = spare; x < width - spare; x++) {
      const i = y * width + x;
      if (!mask[i]) continue;
      for (const along of [1, -1, width, -width]) {
        if (mask[i + along]) continue;
        rim++;
        for (let k = -NEAR_RIM; k <= NEAR_RIM; k++)
          if (step(i + k * along, along) > RIM_STEP) {
            edged++;
            break;
          }
      }
    }
  return edged / Math.max(1, rim);
}

/** Whether they go on beyond what was looked at, but not beyond the photo. */
function leavesWindow(mask: Uint8Array, { window }: Guess, size: Size): boolean {
  const { left, top, width, height } = window;
  const inMask = (x: number, y: number): boolean => mask[y * size.width + x] === 1;
  for (let y = top; y < top + height; y++) {
    if (left > 0 && inMask(left, y)) return true;
    if (left + width < size.width && inMask(left + width - 1, y)) return true;
  }
  for (let x = left; x < left + width; x++) {
    if (top > 0 && inMask(x, top)) return true;
    if (top + height < size.height && inMask(x, top + height - 1)) return true;
  }
  return false;
}

const SURE = 0.5;
/** Of the picture: a hole smaller than this is something they hold or wear. */
const HOLE = 0.01;

/** The pieces with a head in them, without small holes. */
function wholeOf(soft: Float32Array, { width, height }: Size, heads: readonly Box[]): Uint8Array | null {
  const likely = new Uint8Array(soft.length);
  for (let i = 0; i < soft.length; i++) likely[i] = (soft[i] as number) > SURE ? 1 : 0;
  const middles = new Set(
    heads.map(
      (head) =>
        Math.floor((head.y + head.height / 2) * height) * width +
        Math.floor((head.x + head.width / 2) * width),
    ),
  );
  const mask = new Uint8Array(soft.length);
  let some = false;
  for (const piece of components(likely, width, height)) {
    if (!piece.some((i) => middles.has(i))) continue;
    some = true;
    for (const i of piece) mask[i] = 1;
  }
  if (!some) return null;
  for (const hole of components(opposite(mask), width, height))
    if (hole.length < HOLE * mask.length) for (const i of hole) mask[i] = 1;
  return mask;
}
