import type { Size } from '../../moves/index.ts';
import { pixelsOf, rowsOf, type Pixels } from '../enlarge.ts';
import { atLeast, grow, opposite, shrink } from '../segment.ts';
import { eachRow, ownColours, regionOf, repeat } from '../separate.ts';
import type { Certain, PhotoPart, Separated, WorkingSegment } from '../separate.ts';
import { spreadColours } from '../spread.ts';
import { fill } from './fill.ts';
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
 * away. The photo's bytes become what lies behind.
 */
export function separatePeople(rgb: Uint8Array, size: Size, working: WorkingSegment): Separated {
  const { mask } = working;
  const inner = repeat(mask, BAND.inside, shrink, working);
  const outer = repeat(mask, BAND.outside, grow, working);
  const around = repeat(outer, MARGIN, grow, working);
  const region = regionOf(around, working, size);
  const photo = { rgb, size, region };
  const rows = (some: Uint8Array) => rowsOf(atLeast(some, 1, 255), 1, working, size, region);
  const pixels = (data: Uint8Array | Float32Array, channels: number) =>
    pixelsOf(data, channels, working, size, region);
  const colours = (known: Uint8Array) => pixels(spreadColours(working.rgb, known, working), 3);
  const [near, far] = [colours(inner), colours(opposite(around))];
  const told = pixels(guidedBy(working.rgb, Float32Array.from(mask), working, RADIUS, SMOOTH), 4);
  const alpha = alphaOf(photo, { inside: rows(inner), outside: rows(outer) }, told);
  const front = ownColours(photo, alpha, rows(around), atRim(photo, alpha, near, far));
  fill(photo, around, working, far);
  return { region, alpha, front, behind: rgb };
}

function alphaOf(photo: PhotoPart, { inside, outside }: Certain, told: Pixels): Uint8Array {
  const { rgb, region } = photo;
  const alpha = new Uint8Array(region.width * region.height);
  eachRow(photo, (y, first, start) => {
    const [certain, possible] = [inside(y), outside(y)];
    for (let x = 0, at = start; x < region.width; x++, at += 3) {
      const [least, most] = [certain[x] as number, possible[x] as number];
      alpha[first + x] = least;
      if (least > 254 || most < 1) continue;
      let said = told(x, y, 3);
      for (let k = 0; k < 3; k++) said += (told(x, y, k) * (rgb[at + k] as number)) / 255;
      alpha[first + x] = Math.min(most, Math.max(least, alphaFrom(said)));
    }
  });
  return alpha;
}

/** A little of both ends is noise. */
const alphaFrom = (share: number): number =>
  Math.round(255 * Math.min(1, Math.max(0, (share - 0.12) / 0.76)));

/**
 * Smooth colours from within, and on them what is left of the photo when both sides' smooth ones are taken away (Forte,
 * 2021, "Approximate Fast Foreground Colour Estimation"): a hair keeps its gloss, without the wall behind it.
 */
function atRim({ rgb, size, region }: PhotoPart, alpha: Uint8Array, near: Pixels, far: Pixels) {
  return (i: number, x: number, y: number, k: number): number => {
    const share = (alpha[i] as number) / 255;
    const here = rgb[3 * ((region.top + y) * size.width + region.left + x) + k] as number;
    const within = near(x, y, k);
    const rest = here - share * within - (1 - share) * far(x, y, k);
    return Math.min(255, Math.max(0, within + share * rest + 0.5));
  };
}
