import type { Patch } from './patch/index.ts';
import type { WorkingSegment } from './separate.ts';

/** A place in a photo: fractions of the upright photo's width and height. */
export interface Point {
  x: number;
  y: number;
}

/** A rectangle in a photo: its top left corner and its size, in fractions of the upright photo's. */
export interface Box extends Point {
  width: number;
  height: number;
}

/**
 * What a photo is of, as far as it decides how to move through it:
 * - `product_plain`: something in front of a plain or softly shaded background;
 * - `person`: one or more faces large enough to matter;
 * - `graphic`: a logo, drawing or screenshot, of flat colours and hard edges;
 * - `scene`: anything else.
 */
export type PhotoKind = 'product_plain' | 'person' | 'scene' | 'graphic';

export interface SubjectAnalysis {
  kind: PhotoKind;
  /** What stands before a plain background; null where there is none, or nothing that could be cut out. */
  segment: WorkingSegment | null;
  /** 0..1, how good a cut-out of it will be. Without a segment it says how good the best attempt was. */
  confidence: number;
  /** What can be moved together with its surroundings, where a cut-out would not be good enough; else null. */
  patch: Patch | null;
  /** Who can be cut out of a scene, where that was asked for; null where nobody can. */
  people: WorkingSegment | null;
  /** Around everything that must not be cut: the subject, or all faces; null when nothing stands out. */
  box: Box | null;
  /** Around what stands out in a scene, where that is clear: at rest all of it is to be seen. A move may go nearer. */
  guess: Box | null;
  /** From the largest down; around the whole head where it is known, so from hair to chin. */
  faces: Box[];
  /** Where a camera should look. */
  focus: Point;
  /** What is behind the subject: plain where it can be carried on beyond the photo. `colour` is sRGB, 0..255. */
  background: { plain: boolean; colour: [number, number, number] };
}

/** A poor matte looks worse than a flat move: layers are for mattes at least this good. */
export const LAYER_CONFIDENCE = 0.9;

export const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** Around all of them; null around none. */
export function unionOf(boxes: readonly Box[]): Box | null {
  const [first, ...others] = boxes;
  if (!first) return null;
  return others.reduce((all, { x, y, width, height }) => {
    const [left, top] = [Math.min(all.x, x), Math.min(all.y, y)];
    const right = Math.max(all.x + all.width, x + width);
    const bottom = Math.max(all.y + all.height, y + height);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }, first);
}
