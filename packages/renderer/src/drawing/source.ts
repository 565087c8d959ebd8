import { openPicture, type Picture } from '../framing/index.ts';
import type { MoveOptions, Size, SubjectPlace } from '../moves/index.ts';
import { layeredMoves, movesOf } from '../moves/index.ts';
import { cut, OpenPhoto } from '../photo/condition.ts';
import type { PhotoHeader } from '../photo/header.ts';
import { regionOf } from '../photo/view.ts';
import { moveOptions, type RenderRequest } from '../request.ts';
import { planesFromRgb } from '../sampling/planes.ts';
import { Sampler } from '../sampling/sampler.ts';
import { lookAt, type Separated } from '../subject/index.ts';
import { Compositor } from './compositor.ts';
import { blurReach, focusedCutOut, focusedPicture } from './pictures.ts';
import { blurs, boundsOf, planScene, reachOf, type Rect, type ScenePlan } from './plan.ts';
import { separation } from './separation.ts';
import { shadowOf } from './shadow.ts';

/** How a clip was drawn: the subject before its background, or the photo as it is. */
export type Depth = 'layers' | 'flat';

/** The frames of a clip, drawn one by one and in any order. */
export interface FrameSource {
  readonly frameCount: number;
  readonly depth: Depth;
  /** How the photo came to the video's shape. */
  readonly framing: Picture['framing'];
  /** As I420. The bytes change with the next frame. */
  draw(index: number): Uint8Array;
  /** The same with all that enters or leaves in its place, as a poster shows it. */
  still(index: number): Uint8Array;
}

/** Beyond this the whole photo would be held at more than a video needs; such panoramas are shown flat. */
const MAX_LAYERED_PIXELS = 12_000_000;

/** Reads the photo and gets everything ready that the frames of a clip are drawn from. */
export async function openFrames(
  request: RenderRequest,
  header: PhotoHeader,
  frame: Size,
  frameCount: number,
): Promise<FrameSource> {
  const photo = new OpenPhoto(header, request.background ?? '#ffffff');
  // Unless something in the photo makes the move weaker or the picture larger, this is how finely it will be drawn.
  const foreseen = planScene(moveOptions(request), header.upright, frame, frameCount);
  const picture = await openPicture(request, photo, frame, foreseen);
  const frames =
    (await openLayers(request, picture, frame, frameCount)) ??
    (await openFlat(request, picture, frame, frameCount));
  return { ...frames, framing: picture.framing };
}

/** The camera of a request, over its framed picture. Who says where to look decides what may leave the picture. */
export const cameraOf = (request: RenderRequest, { focus, keep }: Picture): MoveOptions => ({
  ...moveOptions(request),
  ...(focus && { focus }),
  ...(keep && !request.focus && { keep }),
});

type Drawn = Omit<FrameSource, 'framing'>;

async function openFlat(
  request: RenderRequest,
  picture: Picture,
  frame: Size,
  frameCount: number,
): Promise<Drawn> {
  const plan = planScene(cameraOf(request, picture), picture.size, frame, frameCount);
  const photo = await picture.read(plan);
  request.signal?.throwIfAborted();
  if (!blurs(plan.moments)) {
    const sampler = new Sampler(planesFromRgb(photo.rgb, photo), frame);
    return source(plan, 'flat', ({ behind }) => sampler.draw(behind));
  }
  const behind = await focusedPicture(photo.rgb, photo, frame, true);
  const compositor = new Compositor(
    { behind: { pictures: behind, part: { left: 0, top: 0, ...sized(photo) } }, subject: null, shadow: null },
    frame,
  );
  return source(plan, 'flat', (moment) => compositor.draw(moment));
}

function source(
  { moments }: ScenePlan,
  depth: Depth,
  drawMoment: (moment: ScenePlan['moments'][number]) => Uint8Array,
): Drawn {
  const draw = (index: number): Uint8Array => {
    const moment = moments[index];
    if (!moment) throw new RangeError(`There is no frame ${index}.`);
    return drawMoment(moment);
  };
  return { frameCount: moments.length, depth, draw, still: draw };
}

/** Null when a flat move will look better: no subject, a poor matte, or a move that has no use for it. */
async function openLayers(
  request: RenderRequest,
  picture: Picture,
  frame: Size,
  frameCount: number,
): Promise<Drawn | null> {
  const moves = movesOf(request);
  if (request.depth === 'flat' || !moves.some((move) => layeredMoves.includes(move))) return null;
  const { look } = picture;
  if (look ? !separation(request, look) : !picture.plain) return null;
  // How finely the photo is needed hardly depends on where the subject is.
  const somewhere = { box: { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, cut: true };
  const sketch = planScene(cameraOf(request, picture), picture.size, frame, 2, somewhere);
  if (sketch.scaled.width * sketch.scaled.height > MAX_LAYERED_PIXELS) return null;
  const photo = await picture.read(sketch);
  request.signal?.throwIfAborted();
  const seen = look ?? (await lookAt(photo.rgb, photo, { faces: false }));
  const how = separation(request, seen);
  const separated = how?.take(photo.rgb, photo);
  const place = separated && placeOf(separated, photo);
  if (!how || !separated || !place) return null;
  const subject = { ...place, nearness: how.nearness };
  const options = cameraOf(request, picture);
  options.focus ??= seen.focus;
  if (!request.focus && how.keep) options.keep = how.keep;
  const plan = planScene(options, photo, frame, frameCount, subject, true);
  return compose(plan, photo, separated, subject, frame, moves.includes('float'));
}

async function compose(
  plan: ScenePlan,
  photo: Size,
  separated: Separated,
  subject: SubjectPlace & { extent: Rect },
  frame: Size,
  floating: boolean,
): Promise<Drawn> {
  const blurred = blurs(plan.moments);
  // Only what is seen is kept; where it is blurred, what is around it has a part in that.
  const around = blurred ? blurReach(frame) : 1;
  const seen = plan.moments.flatMap(({ subject: own }) => own ?? []);
  const rect = shared(widened(subject.extent, around), widened(boundsOf(seen, frame), around + 1));
  const part = reachOf(seen, rect, frame);
  const behindSeen = regionOf(
    plan.moments.map(({ behind }) => behind),
    photo,
    frame,
  );
  const shown = blurred
    ? shared(widened(behindSeen, around), { left: 0, top: 0, ...sized(photo) })
    : behindSeen;
  const empty = cut({ rgb: separated.behind, ...sized(photo) }, shown);
  const behind = await focusedPicture(empty.rgb, empty, frame, blurred);
  const pictures = await focusedCutOut(separated, part, frame, blurred);
  const shadow = floating && !subject.cut ? shadowOf(subject.box, photo) : null;
  const layers = { behind: { pictures: behind, part: shown }, subject: { pictures, part, rect }, shadow };
  const compositor = new Compositor(layers, frame);
  return source(plan, 'layers', (moment) => compositor.draw(moment));
}

const sized = ({ width, height }: Size): Size => ({ width, height });

const widened = ({ left, top, width, height }: Rect, by: number): Rect => ({
  left: left - by,
  top: top - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** What two rectangles have in common; the first where that is nothing. */
function shared(one: Rect, other: Rect): Rect {
  const [left, top] = [Math.max(one.left, other.left), Math.max(one.top, other.top)];
  const width = Math.min(one.left + one.width, other.left + other.width) - left;
  const height = Math.min(one.top + one.height, other.top + other.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : one;
}

/** Where the subject is and whether the photo's edge cuts it off; `extent` is all of its alpha. Null where it is empty. */
function placeOf({ alpha, region }: Separated, photo: Size): (SubjectPlace & { extent: Rect }) | null {
  const extent = rectOf(alpha, region, 1);
  if (!extent) return null;
  // Of a soft rim the half that is hardly seen does not count.
  const { left, top, width, height } = rectOf(alpha, region, 128) ?? extent;
  return {
    extent,
    box: {
      x: left / photo.width,
      y: top / photo.height,
      width: width / photo.width,
      height: height / photo.height,
    },
    cut: left <= 1 || top <= 1 || left + width >= photo.width - 1 || top + height >= photo.height - 1,
  };
}

/** Around all of a region's alpha that is at least so much, in pixels of the photo. */
function rectOf(alpha: Uint8Array, region: Separated['region'], least: number): Rect | null {
  const { width, height } = region;
  let [left, top, right, bottom] = [width, -1, -1, -1];
  for (let y = 0; y < height; y++) {
    const row = alpha.subarray(y * width, (y + 1) * width);
    const first = row.findIndex((value) => value >= least);
    if (first < 0) continue;
    if (top < 0) top = y;
    bottom = y;
    left = Math.min(left, first);
    right = Math.max(
      right,
      row.findLastIndex((value) => value >= least),
    );
  }
  if (right < 0) return null;
  return {
    left: region.left + left,
    top: region.top + top,
    width: right + 1 - left,
    height: bottom + 1 - top,
  };
}
