import type { Size } from '../../moves/index.ts';
import { enlarged, rowsOf, type Region } from '../enlarge.ts';
import { atLeast, grow, opposite, shrink } from '../segment.ts';
import { each, regionOf, repeat, type Separated, type WorkingSegment } from '../separate.ts';
import { spreadColours } from '../spread.ts';
import { filled } from './fill.ts';
import { guidedBy } from './guided.ts';

/** Working pixels inside and outside of the mask's rim within which the alpha is found anew. */
const BAND = { inside: 4, outside: 5 };
/** Beyond those, there is still something of them: light, blur, compression. */
const MARGIN = 4;
/** Working pixels about each pixel that tell which colours are whose, and how different those must be. */
const RADIUS = 7;
const SMOOTH = 2e-4;

/**
 * Separates people from whatever lies behind them, at full size. In a band about their rim a pixel's alpha is told by
 * its colour, from what the colours close by mean; its own colour is what is left when what shines through is taken
 * away.
 */
export function separatePeople(rgb: Uint8Array, size: Size, working: WorkingSegment): Separated {
  const { mask } = working;
  const inner = repeat(mask, BAND.inside, shrink, working);
  const outer = repeat(mask, BAND.outside, grow, working);
  const around = repeat(outer, MARGIN, grow, working);
  const region = regionOf(around, working, size);
  const large = (data: Uint8Array, channels: 1 | 3) => enlarged(data, channels, working, size, region);
  const colours = (known: Uint8Array) => large(spreadColours(working.rgb, known, working), 3);
  const sides = { rgb, size, region, front: colours(inner), behind: colours(opposite(around)) };
  const alpha = alphaOf(sides, working, large(atLeast(inner, 1, 255), 1), large(atLeast(outer, 1, 255), 1));
  const behind = filled(sides, around, working, large(atLeast(around, 1, 255), 1));
  return { region, alpha, behind, front: own(sides, alpha) };
}

interface Sides {
  rgb: Uint8Array;
  size: Size;
  region: Region;
  front: Uint8Array;
  behind: Uint8Array;
}

function alphaOf(sides: Sides, working: WorkingSegment, inside: Uint8Array, outside: Uint8Array): Uint8Array {
  const { rgb, size, region } = sides;
  const told = guidedBy(working.rgb, Float32Array.from(working.mask), working, RADIUS, SMOOTH);
  const planes = rowsOf(told, 4, working, size, region);
  const alpha = new Uint8Array(inside.length);
  for (let y = 0, i = 0; y < region.height; y++) {
    const row = planes(y);
    let at = 3 * ((region.top + y) * size.width + region.left);
    for (let x = 0; x < region.width; x++, i++, at += 3) {
      const [certain, possible] = [inside[i] as number, outside[i] as number];
      alpha[i] = certain;
      if (certain < 255 && possible > 0)
        alpha[i] = Math.min(possible, Math.max(certain, saidBy(row, 4 * x, rgb, at)));
    }
  }
  return alpha;
}

/** The alpha of a colour, by a plane over colours; a little of both ends is noise. */
function saidBy(planes: Float32Array, k: number, rgb: Uint8Array, at: number): number {
  const sum =
    (planes[k] as number) * (rgb[at] as number) +
    (planes[k + 1] as number) * (rgb[at + 1] as number) +
    (planes[k + 2] as number) * (rgb[at + 2] as number);
  const share = (sum / 255 + (planes[k + 3] as number) - 0.12) / 0.76;
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/**
 * Smooth colours from within, and on them what is left of the photo when both sides' smooth ones are taken away (Forte,
 * 2021, "Approximate Fast Foreground Colour Estimation"): a hair keeps its gloss, without the wall behind it.
 */
function own(sides: Sides, alpha: Uint8Array): Uint8Array {
  const { rgb, front, behind } = sides;
  each(sides, (i, at) => {
    const share = (alpha[i] as number) / 255;
    for (let k = 0; k < 3; k++) {
      const [near, far] = [front[3 * i + k] as number, behind[3 * i + k] as number];
      const rest = (rgb[at + k] as number) - share * near - (1 - share) * far;
      front[3 * i + k] = Math.min(255, Math.max(0, near + share * rest + 0.5));
    }
  });
  return front;
}
