import type { Size } from '../../moves/index.ts';
import { enlarged, partOf, pixelsOf, rowsOf } from '../enlarge.ts';
import { grainOf } from '../grain.ts';
import { atLeast } from '../segment.ts';
import { empty, regionOf, takenAt, type Separated } from '../separate.ts';
import { spreadColours } from '../spread.ts';
import { boxOfPatch, FADE, type Patch } from './index.ts';

/** Up to the first the patch's place is filled behind it, and from the second on the photo is as it was. */
const EMPTIED = { from: 0.002, to: FADE.from };

/** 1 up to `from`, 0 from `to` on, smooth between. */
function fading(distance: number, { from, to }: { from: number; to: number }): number {
  const t = Math.min(1, Math.max(0, (to - distance) / (to - from)));
  return t * t * (3 - 2 * t);
}

/**
 * Takes a patch out of its photo (8-bit RGB): its alpha fades, its colours are the photo's own. The photo's bytes become
 * what lies behind.
 */
export function separatePatch(rgb: Uint8Array, size: Size, patch: Patch): Separated {
  const alpha = alphaOf(patch);
  const taken = Uint8Array.from(patch.away, (distance) => Math.round(255 * fading(distance, EMPTIED)));
  const region = regionOf(alpha, patch, size);
  const front = partOf(rgb, size, region);
  const known = taken.map((value) => (value === 0 ? 1 : 0));
  const behind = pixelsOf(spreadColours(patch.rgb, known, patch), 3, patch, size, region);
  const grain = grainOf(rgb, takenAt(atLeast(taken, 1), patch, size));
  empty({ rgb, size, region }, rowsOf(taken, 1, patch, size, region), behind, grain);
  return { region, alpha: enlarged(alpha, 1, patch, size, region), front, behind: rgb };
}

/** What fades beside a thing also fades towards the photo's edges, unless the thing goes on beyond them. */
function alphaOf(patch: Patch): Uint8Array {
  const { width, height, away } = patch;
  const reach = FADE.to * Math.hypot(width, height);
  const { x: left, y: top, ...box } = boxOfPatch(patch);
  const near = (at: number, length: number, start: number, end: number): number => {
    const before = start > 0 ? at + 0.5 : Infinity;
    const after = end < 1 ? length - at - 0.5 : Infinity;
    return 1 - fading(Math.min(before, after), { from: 0, to: reach });
  };
  const alpha = new Uint8Array(away.length);
  for (let y = 0, i = 0; y < height; y++) {
    const down = near(y, height, top, top + box.height);
    for (let x = 0; x < width; x++, i++) {
      const distance = away[i] as number;
      if (distance >= FADE.to) continue;
      const edge = distance === 0 ? 1 : down * near(x, width, left, left + box.width);
      alpha[i] = Math.round(255 * edge * fading(distance, FADE));
    }
  }
  return alpha;
}
