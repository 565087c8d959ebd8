import type { Size } from '../../moves/index.ts';
import { enlarged, pixelsOf, type Region } from '../enlarge.ts';
import { atLeast, grow, opposite, shrink } from '../segment.ts';
import { regionOf, repeat, type Separated, type WorkingSegment } from '../separate.ts';
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
  const masks = (mask: Uint8Array) => enlarged(atLeast(mask, 1, 255), 1, working, size, region);
  const colours = (known: Uint8Array) =>
    pixelsOf(spreadColours(working.rgb, known, working), 3, working, size, region);
  const taken = masks(around);
  const sides = { rgb, size, region, front: colours(inner), behind: colours(opposite(around)) };
  const alpha = alphaOf(sides, working, masks(inner), masks(outer));
  return { region, alpha, behind: filled(sides, around, working, taken), front: own(sides, alpha, taken) };
}

/** Smooth colours of either side of the rim, by the region's pixels. */
interface Sides {
  rgb: Uint8Array;
  size: Size;
  region: Region;
  front: (x: number, y: number, channel: number) => number;
  behind: (x: number, y: number, channel: number) => number;
}

function alphaOf(sides: Sides, working: WorkingSegment, inside: Uint8Array, outside: Uint8Array): Uint8Array {
  const { rgb, size, region } = sides;
  const told = guidedBy(working.rgb, Float32Array.from(working.mask), working, RADIUS, SMOOTH);
  const planes = pixelsOf(told, 4, working, size, region);
  const alpha = new Uint8Array(inside);
  for (let y = 0, i = 0; y < region.height; y++) {
    let at = 3 * ((region.top + y) * size.width + region.left);
    for (let x = 0; x < region.width; x++, i++, at += 3) {
      const certain = inside[i] as number;
      const possible = outside[i] as number;
      if (certain === 255 || possible === 0) continue;
      let said = planes(x, y, 3);
      for (let k = 0; k < 3; k++) said += (planes(x, y, k) * (rgb[at + k] as number)) / 255;
      alpha[i] = Math.min(possible, Math.max(certain, alphaFrom(said)));
    }
  }
  return alpha;
}

/** A little of both ends is noise. */
const alphaFrom = (share: number): number =>
  Math.round(255 * Math.min(1, Math.max(0, (share - 0.12) / 0.76)));

/**
 * Smooth colours from within, and on them what is left of the photo when both sides' smooth ones are taken away (Forte,
 * 2021, "Approximate Fast Foreground Colour Estimation"): a hair keeps its gloss, without the wall behind it.
 */
function own({ rgb, size, region, front, behind }: Sides, alpha: Uint8Array, taken: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * alpha.length);
  for (let y = 0, i = 0; y < region.height; y++) {
    let at = 3 * ((region.top + y) * size.width + region.left);
    for (let x = 0; x < region.width; x++, i++, at += 3) {
      // Further out nothing of it is ever seen.
      if (taken[i] === 0) continue;
      const share = (alpha[i] as number) / 255;
      for (let k = 0; k < 3; k++) {
        const here = rgb[at + k] as number;
        out[3 * i + k] = share === 1 ? here : ownColour(here, share, front(x, y, k), behind(x, y, k));
      }
    }
  }
  return out;
}

const ownColour = (here: number, share: number, near: number, far: number): number =>
  Math.min(255, Math.max(0, near + share * (here - share * near - (1 - share) * far) + 0.5));
