import type { Backdrop } from './backdrop.ts';
import type { LabPicture } from './colour.ts';

/** What stands before a plain background. */
export interface Segment {
  /** 1 where the subject is. */
  mask: Uint8Array;
  /**
   * 1 where there is something thin beside it that is too little to be told from the background by its colour, but has
   * edges and hangs together with it: spines, a cord.
   */
  traces: Uint8Array;
  /** Part of the picture it takes. */
  coverage: number;
  /** Of all that is not background, the part that hangs together in one piece. */
  dominance: number;
  /** Of what was taken for background, away from the subject, the part that has edges in it. */
  edges: number;
  /** How much further from the background its rim is than the background's own noise reaches; 1 is not at all. */
  contrast: number;
}

/** Steps of lightness from pixel to pixel that a soft shadow has and an edge has not. */
const SHADOW_STEP = 0.02;
const SHADOW_CHROMA = 0.03;
const DEEPEST_SHADOW = 0.45;

/** Separates the subject from the backdrop. Soft shadows stay with the background, on which they lie. */
export function segment(picture: LabPicture, backdrop: Backdrop): Segment {
  const behind = backdrop.colours();
  const away = distances(picture.lab, behind);
  const ground = flood(picture, behind, away, backdrop.tolerance);
  openHoles(picture, away, ground, backdrop.tolerance);
  const { width, height } = picture;
  const solid = opposite(ground);
  const pieces = components(solid, width, height);
  const largest = pieces.reduce(
    (best, piece) => (piece.length > best.length ? piece : best),
    new Int32Array(),
  );
  const all = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const mask = new Uint8Array(width * height);
  // Small things that belong to it (a cable, a second shoe) come along; dust does not.
  for (const piece of pieces) if (piece.length >= 0.02 * largest.length) for (const i of piece) mask[i] = 1;
  let near: Uint8Array = mask;
  for (let i = 0; i < OWN; i++) near = grow(near, width, height);
  const steps = stepsOf(picture);
  return {
    mask,
    traces: tracesOf(picture, behind, steps, mask, near),
    coverage: largest.length / (width * height),
    dominance: all === 0 ? 0 : largest.length / all,
    edges: edgesIn(steps, near),
    contrast: rimContrast(mask, away, width, height) / backdrop.tolerance,
  };
}

function distances(lab: Float32Array, behind: Float32Array): Float32Array {
  const away = new Float32Array(lab.length / 3);
  for (let i = 0, at = 0; i < away.length; i++, at += 3) {
    const l = (lab[at] as number) - (behind[at] as number);
    const a = (lab[at + 1] as number) - (behind[at + 1] as number);
    const b = (lab[at + 2] as number) - (behind[at + 2] as number);
    away[i] = Math.sqrt(l * l + a * a + b * b);
  }
  return away;
}

/** Everything that can be reached from the border over background and soft shadow. */
function flood(
  { width, height, lab }: LabPicture,
  behind: Float32Array,
  away: Float32Array,
  tolerance: number,
): Uint8Array {
  const count = width * height;
  const ground = new Uint8Array(count);
  const queue = new Int32Array(count);
  let [first, last] = [0, 0];
  const enter = (i: number): void => {
    ground[i] = 1;
    queue[last++] = i;
  };
  const seed = (i: number): void => {
    if (!ground[i] && (away[i] as number) < tolerance) enter(i);
  };
  const reach = (to: number, from: number): void => {
    if (ground[to]) return;
    if ((away[to] as number) < tolerance || isShadow(lab, behind, 3 * from, 3 * to)) enter(to);
  };
  for (let x = 0; x < width; x++) {
    seed(x);
    seed(count - 1 - x);
  }
  for (let y = 0; y < height; y++) {
    seed(y * width);
    seed(y * width + width - 1);
  }
  while (first < last) {
    const from = queue[first++] as number;
    const x = from % width;
    if (x > 0) reach(from - 1, from);
    if (x < width - 1) reach(from + 1, from);
    if (from >= width) reach(from - width, from);
    if (from + width < count) reach(from + width, from);
  }
  return ground;
}

/** Darker than the backdrop, of its hue, and reached without a step. Places are those of lightnesses. */
function isShadow(lab: Float32Array, behind: Float32Array, from: number, to: number): boolean {
  const lightness = lab[to] as number;
  const darker = (behind[to] as number) - lightness;
  if (darker < 0 || darker > DEEPEST_SHADOW) return false;
  if (Math.abs(lightness - (lab[from] as number)) >= SHADOW_STEP) return false;
  return hueAway(lab, behind, to) < SHADOW_CHROMA;
}

/** How far a pixel's colour is from the backdrop's, whatever its lightness. */
function hueAway(lab: Float32Array, behind: Float32Array, at: number): number {
  const a = (lab[at + 1] as number) - (behind[at + 1] as number);
  const b = (lab[at + 2] as number) - (behind[at + 2] as number);
  return Math.sqrt(a * a + b * b);
}

/** Background seen through the subject, as through the handle of a cup. */
function openHoles(
  { width, height }: LabPicture,
  away: Float32Array,
  ground: Uint8Array,
  tolerance: number,
): void {
  const inside = new Uint8Array(ground.length);
  for (let i = 0; i < inside.length; i++) inside[i] = !ground[i] && (away[i] ?? 1) < 0.7 * tolerance ? 1 : 0;
  for (const piece of components(inside, width, height))
    if (piece.length > 0.0008 * width * height) for (const i of piece) ground[i] = 1;
}

/** The pieces of a mask, each as the list of its pixels. */
export function components(mask: Uint8Array, width: number, height: number): Int32Array[] {
  const seen = new Uint8Array(mask.length);
  const order = new Int32Array(mask.length);
  const pieces: Int32Array[] = [];
  const count = width * height;
  let last = 0;
  const enter = (i: number): void => {
    if (!mask[i] || seen[i]) return;
    seen[i] = 1;
    order[last++] = i;
  };
  for (let start = 0; start < count; start++) {
    if (!mask[start] || seen[start]) continue;
    const begin = last;
    enter(start);
    for (let k = begin; k < last; k++) {
      const i = order[k] as number;
      const x = i % width;
      if (x > 0) enter(i - 1);
      if (x < width - 1) enter(i + 1);
      if (i >= width) enter(i - width);
      if (i + width < count) enter(i + width);
    }
    pieces.push(order.subarray(begin, last));
  }
  return pieces;
}

/** How far from the backdrop the subject is just inside its rim: the tenth part of it that is nearest. */
function rimContrast(mask: Uint8Array, away: Float32Array, width: number, height: number): number {
  const inner = shrink(shrink(mask, width, height), width, height);
  const deeper = shrink(inner, width, height);
  const rim: number[] = [];
  for (let i = 0; i < mask.length; i++) if (inner[i] && !deeper[i]) rim.push(away[i] ?? 0);
  rim.sort((a, b) => a - b);
  return rim[Math.floor(0.1 * rim.length)] ?? 0;
}

/** Working pixels around the subject whose edges are its own. */
const OWN = 6;
/** Steps (Oklab) over two pixels that grain and soft shadows do not make; what is thin makes small ones. */
const EDGE = 0.05;
const FAINT_EDGE = 0.03;

/** The larger of a pixel's steps from left to right and from top to bottom; 0 along the picture's border. */
function stepsOf({ width, height, lab }: LabPicture): Float32Array {
  const out = new Float32Array(width * height);
  const squared = (p: number, q: number): number => {
    const l = (lab[p] as number) - (lab[q] as number);
    const a = (lab[p + 1] as number) - (lab[q + 1] as number);
    const b = (lab[p + 2] as number) - (lab[q + 2] as number);
    return l * l + a * a + b * b;
  };
  for (let y = 1; y < height - 1; y++)
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++)
      out[i] = Math.sqrt(
        Math.max(squared(3 * (i - 1), 3 * (i + 1)), squared(3 * (i - width), 3 * (i + width))),
      );
  return out;
}

/** Of all that is not near the subject, the part that has edges. */
function edgesIn(steps: Float32Array, near: Uint8Array): number {
  let [edges, all] = [0, 0];
  for (let i = 0; i < steps.length; i++) {
    if (near[i]) continue;
    all++;
    if ((steps[i] as number) > EDGE) edges++;
  }
  return all === 0 ? 0 : edges / all;
}

/** Edges that are no shadow's, as far as they hang together with the subject. */
function tracesOf(
  { width, height, lab }: LabPicture,
  behind: Float32Array,
  steps: Float32Array,
  mask: Uint8Array,
  near: Uint8Array,
): Uint8Array {
  const faint = new Uint8Array(mask.length);
  for (let i = 0; i < faint.length; i++) {
    if (mask[i] || (steps[i] as number) < FAINT_EDGE) continue;
    const lighter = (lab[3 * i] as number) > (behind[3 * i] as number);
    if (lighter || hueAway(lab, behind, 3 * i) > SHADOW_CHROMA) faint[i] = 1;
  }
  const out = new Uint8Array(mask.length);
  for (const piece of components(grow(faint, width, height), width, height))
    if (piece.some((i) => near[i])) for (const i of piece) out[i] = 1;
  return out;
}

/** Without the pixels that touch what is not in the mask. The picture's edge does not count. */
export const shrink = (mask: Uint8Array, width: number, height: number): Uint8Array =>
  spread(mask, width, height, 0);

/** With the pixels that touch it. */
export const grow = (mask: Uint8Array, width: number, height: number): Uint8Array =>
  spread(mask, width, height, 1);

/** Pixels that are `value` make their neighbours so. */
function spread(mask: Uint8Array, width: number, height: number, value: 0 | 1): Uint8Array {
  const out = new Uint8Array(mask);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if ((mask[i] ? 1 : 0) !== value) continue;
      if (x > 0) out[i - 1] = value;
      if (x < width - 1) out[i + 1] = value;
      if (y > 0) out[i - width] = value;
      if (y < height - 1) out[i + width] = value;
    }
  return out;
}

/** 1 where a mask is 0, else 0. */
export function opposite(mask: Uint8Array): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) out[i] = mask[i] ? 0 : 1;
  return out;
}

/** `value` where a sample is at least `least`, else 0. */
export function atLeast(samples: Uint8Array, least: number, value = 1): Uint8Array {
  const out = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) out[i] = (samples[i] ?? 0) >= least ? value : 0;
  return out;
}
