import type { Size } from '../../moves/index.ts';
import { averaged } from '../average.ts';
import { toLab } from '../colour.ts';
import { partOf } from '../enlarge.ts';

/** Steps (Oklab) over two pixels that an edge makes, and shadows and light that falls off do not. */
const EDGE = 0.02;
/** Along a border whose middle step is larger there is texture: it would be seen to move. */
const TEXTURE = 0.009;

/** Lightness below which a step is seen less and less; at none at all a quarter of it. */
const DARK = 0.4;

/**
 * What can be reached from a picture's border (8-bit RGB) without crossing an edge: walls, tables, soft shadows. 1 where it
 * is, and along edges 0. Null where the border is not smooth.
 */
export function smoothGround(rgb: Uint8Array, size: Size): Uint8Array | null {
  const along = stepsAlongBorder(rgb, size).sort((a, b) => a - b);
  if ((along[along.length >> 1] ?? 0) > TEXTURE) return null;
  // What is left of noise is a third.
  const lab = averaged(toLab(rgb, size).lab, 3, size, 1);
  const steps = stepsOf(lab, size);
  const border = borderOf(size);
  const runs = runsOf(border, (i) => (steps[i] as number) < EDGE);
  return flooded(steps, groundRuns(runs, border.length, lab), size);
}

/** Pixels from the border in that its steps depend on. */
const DEEP = 3;

/** What `stepsOf` says of the border's pixels, without looking at any others: of most scenes no more is needed. */
function stepsAlongBorder(rgb: Uint8Array, { width, height }: Size): number[] {
  const [across, down] = [Math.min(width, DEEP), Math.min(height, DEEP)];
  const stepsIn = (left: number, top: number, strip: Size): Float32Array => {
    const part = partOf(rgb, { width, height }, { left, top, ...strip });
    return stepsOf(averaged(toLab(part, strip).lab, 3, strip, 1), strip);
  };
  const top = stepsIn(0, 0, { width, height: down });
  const bottom = stepsIn(0, height - down, { width, height: down });
  const left = stepsIn(0, 0, { width: across, height });
  const right = stepsIn(width - across, 0, { width: across, height });
  const out = [...top.subarray(0, width), ...bottom.subarray((down - 1) * width)];
  for (let y = 1; y < height - 1; y++)
    out.push(left[y * across] as number, right[(y + 1) * across - 1] as number);
  return out;
}

/** The numbers of the pixels along the border, once around. */
export function borderOf({ width, height }: Size): number[] {
  const out: number[] = [];
  for (let x = 0; x < width; x++) out.push(x);
  for (let y = 1; y < height - 1; y++) out.push(y * width + width - 1);
  for (let x = width - 1; x >= 0; x--) out.push((height - 1) * width + x);
  for (let y = height - 2; y > 0; y--) out.push(y * width);
  return out;
}

/** The runs of a closed line's pixels that fulfil something, each as long as it goes. */
function runsOf(line: readonly number[], fulfils: (i: number) => boolean): number[][] {
  const start = line.findIndex((i) => !fulfils(i));
  if (start < 0) return [[...line]];
  const runs: number[][] = [[]];
  for (const i of [...line.slice(start), ...line.slice(0, start)])
    if (fulfils(i)) runs.at(-1)?.push(i);
    else if (runs.at(-1)?.length) runs.push([]);
  return runs.filter(({ length }) => length > 0);
}

/** Of the border: where a run of it is shorter, and of another colour than the longest, a thing leaves the picture. */
const RUN = 0.16;
const OTHER_COLOUR = 0.1;

/** The runs of the border that are ground's. */
function groundRuns(runs: readonly number[][], border: number, lab: Float32Array): readonly number[][] {
  const longest = runs.reduce((most, run) => (run.length > most.length ? run : most), []);
  const ground = meanOf(longest, lab);
  const like = (run: readonly number[]) =>
    Math.hypot(...meanOf(run, lab).map((value, k) => value - (ground[k] ?? 0))) < OTHER_COLOUR;
  return runs.filter((run) => run.length >= RUN * border || like(run));
}

const meanOf = (run: readonly number[], lab: Float32Array): number[] =>
  [0, 1, 2].map((k) => run.reduce((sum, i) => sum + (lab[3 * i + k] as number), 0) / run.length);

/** The larger of each pixel's steps from left to right and from top to bottom, as seen: less in the dark. */
function stepsOf(lab: Float32Array, { width, height }: Size): Float32Array {
  // Not Math.hypot, which takes many times as long.
  const step = (i: number, k: number): number => {
    const light = (lab[3 * i] as number) - (lab[3 * k] as number);
    const a = (lab[3 * i + 1] as number) - (lab[3 * k + 1] as number);
    const b = (lab[3 * i + 2] as number) - (lab[3 * k + 2] as number);
    return Math.sqrt(light * light + a * a + b * b);
  };
  const out = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const up = y > 0 ? width : 0;
    const down = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const across = step(x > 0 ? i - 1 : i, x < width - 1 ? i + 1 : i);
      const seen = 0.25 + 0.75 * Math.min(1, (lab[3 * i] as number) / DARK);
      out[i] = seen * Math.max(across, step(i - up, i + down));
    }
  }
  return out;
}

/** What can be reached from the seeds without an edge. */
function flooded(steps: Float32Array, seeds: readonly number[][], { width }: Size): Uint8Array {
  const ground = new Uint8Array(steps.length);
  const queue = new Int32Array(steps.length);
  let [first, last] = [0, 0];
  const enter = (i: number): void => {
    if (ground[i] || (steps[i] as number) >= EDGE) return;
    ground[i] = 1;
    queue[last++] = i;
  };
  for (const i of seeds.flat()) enter(i);
  while (first < last) {
    const i = queue[first++] as number;
    const x = i % width;
    if (x > 0) enter(i - 1);
    if (x < width - 1) enter(i + 1);
    if (i >= width) enter(i - width);
    if (i + width < steps.length) enter(i + width);
  }
  return ground;
}
