import type { Size } from '../moves/index.ts';
import { middleOf, unionOf, type Box, type Point, type SubjectAnalysis } from '../subject/index.ts';

/** How a photo gets the video's shape, when left to choose and when told. */
export const framings = ['auto', 'crop', 'extend', 'bars'] as const;
export type Framing = (typeof framings)[number];

/**
 * The window of the frame's shape through which a photo is seen at rest, in fractions of the photo. With `crop` it
 * lies within the photo, with the others it reaches beyond it in one direction, and something has to go there.
 */
export interface Window {
  kind: 'crop' | 'extend' | 'bars';
  box: Box;
}

/** The part of the frame's width and height that a subject may take: a little stays free on each side. */
const SPARE = 0.94;

/** Nearer than this to the photo's edge, the subject is taken to be cut off there. */
const TOUCHING = 0.004;

export type Framed = Pick<SubjectAnalysis, 'box' | 'faces' | 'background'> &
  Partial<Pick<SubjectAnalysis, 'guess' | 'focus'>>;

/** Around the subject and all faces; null where nothing stands out. */
export const needed = ({ box, faces }: Pick<SubjectAnalysis, 'box' | 'faces'>): Box | null =>
  unionOf(box ? [box, ...faces] : faces);

/** Which of the photo's edges cut the subject off. */
export const touching = ({ x, y, width, height }: Box) => ({
  left: x < TOUCHING,
  top: y < TOUCHING,
  right: x + width > 1 - TOUCHING,
  bottom: y + height > 1 - TOUCHING,
});

const MIDDLE: Point = { x: 0.5, y: 0.5 };

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/**
 * Chooses the window: the largest crop of the frame's shape that holds all that matters, else as small an extension
 * of the photo as gives the subject room.
 *
 * @param room the part of the window that a move always shows, 0..1; an extension is made so much larger
 */
export function frameFor(
  analysis: Framed,
  photo: Size,
  frame: Size,
  framing: Framing = 'auto',
  room = 1,
): Window {
  const shape = (frame.width * photo.height) / (frame.height * photo.width);
  const crop = { width: Math.min(1, shape), height: Math.min(1, 1 / shape) };
  const certain = needed(analysis);
  const what = certain ?? analysis.guess ?? null;
  if (framing === 'bars' || framing === 'extend') {
    const whole = { width: Math.max(1, shape), height: Math.max(1, 1 / shape) };
    return { kind: framing, box: placed(whole, what, what) };
  }
  // What cannot be told from the photo may be added for the sake of the move; else only for that of the subject.
  const free = SPARE * (analysis.background.plain ? room : 1);
  if (framing === 'crop' || !what || holds(crop, what, free)) {
    const { x, y } = analysis.focus ?? (what ? middleOf(what) : MIDDLE);
    return { kind: 'crop', box: placed(crop, { x, y, width: 0, height: 0 }, what) };
  }
  const through = runsThrough(what, certain !== null, analysis.background.plain);
  const share = SPARE * (certain && !through.across && !through.down ? room : 1);
  // In units of the photo's height and width one of the sides is the other times the shape.
  const width = Math.max(
    crop.width,
    through.across ? 1 : what.width / share,
    (through.down ? 1 : what.height / share) * shape,
  );
  return { kind: 'extend', box: placed({ width, height: width / shape }, what, what) };
}

/**
 * Cut off on both sides, a thing has no end there that room could be left beside, and beyond its cuts nothing could be carried
 * on. Heads want room even there, and so does a product to which the photo was trimmed: all its sides are whole.
 */
function runsThrough(what: Box, certain: boolean, plain: boolean): { across: boolean; down: boolean } {
  const cut = touching(what);
  const [across, down] = [cut.left && cut.right, cut.top && cut.bottom];
  return certain && (!plain || across === down) ? { across: false, down: false } : { across, down };
}

type Sides = Pick<Box, 'width' | 'height'>;

/** In the direction that is not cropped nothing is lost: there the subject may be as near to the edge as it was. */
const holds = (crop: Sides, what: Sides, share: number): boolean =>
  (crop.width === 1 || what.width <= share * crop.width) &&
  (crop.height === 1 || what.height <= share * crop.height);

/** A window of that size, its middle as near to that of `around` as the photo, and what must be held, allow. */
function placed(size: Sides, around: Box | null, what: Box | null): Box {
  const { x, y } = around ? middleOf(around) : MIDDLE;
  const cut = what ? touching(what) : { left: false, top: false, right: false, bottom: false };
  const along = (
    middle: number,
    length: number,
    [from, to]: [number, number],
    [atStart, atEnd]: [boolean, boolean],
  ) => {
    let start = middle - length / 2;
    if (what && length >= to - from) start = clamp(start, to - length, from);
    // Larger than the photo, the window holds it all, and goes on where the subject does not.
    if (length >= 1)
      return atStart && !atEnd ? 0 : atEnd && !atStart ? 1 - length : clamp(start, 1 - length, 0);
    return clamp(start, 0, 1 - length);
  };
  return {
    x: along(x, size.width, what ? [what.x, what.x + what.width] : [0, 0], [cut.left, cut.right]),
    y: along(y, size.height, what ? [what.y, what.y + what.height] : [0, 0], [cut.top, cut.bottom]),
    ...size,
  };
}
