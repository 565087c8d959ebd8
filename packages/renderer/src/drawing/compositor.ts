import type { Matrix, SceneMoment, Size } from '../moves/index.ts';
import { Drawer, forChroma, type PlacedPlane } from '../sampling/drawer.ts';
import type { Plane, Planes } from '../sampling/planes.ts';
import { BLUR_LEVELS, type CutOut, type Focused } from './pictures.ts';
import { seenAt, type Rect } from './plan.ts';

export interface Layers {
  /** What lies behind, and which part of the photo its picture is of. */
  behind: { pictures: Focused<Planes>; part: Rect };
  /** The subject, and which part of the photo its picture is of; `rect` is where its mask is not empty. */
  subject: { pictures: Focused<CutOut>; part: Rect; rect: Rect } | null;
  /** What the subject throws onto the background: a mask of the whole photo, by how much it darkens. */
  shadow: { mask: [Plane, Plane]; rect: Rect } | null;
}

type Place = Omit<NonNullable<Layers['subject']>, 'pictures'>;

interface PlacedCutOut {
  planes: PlacedPlane[];
  mask: PlacedPlane[];
}

/** Room for a picture in 4:2:0, drawn plane by plane. */
interface Room {
  address: number;
  /** Bytes from one plane to the next; planes of smaller pictures begin at the same places. */
  plane: number;
}

const BLACK = [16, 128, 128] as const;

/** Draws frames of a scene of layers: what lies behind, a shadow on it, and the subject in front, each in focus or not. */
export class Compositor {
  readonly #frame: Size;
  readonly #drawer: Drawer;
  /** Which part of the photo lies behind. Pictures themselves are in the drawer's memory. */
  readonly #part: Rect;
  readonly #cutOut: Place | null;
  readonly #shade: Rect | null;
  readonly #behind: PlacedPlane[][];
  readonly #subject: PlacedCutOut[];
  readonly #shadow: PlacedPlane[];
  readonly #out: number;
  readonly #other: number;
  readonly #picture: Room;
  readonly #mask: Room;
  readonly #second: Room;

  /** `frame` is the size of the output, both sides even. */
  constructor(layers: Layers, frame: Size) {
    this.#frame = frame;
    this.#part = layers.behind.part;
    this.#cutOut = layers.subject && placeOf(layers.subject);
    this.#shade = layers.shadow?.rect ?? null;
    const drawer = (this.#drawer = new Drawer(frame));
    const place = (planes: readonly Plane[]): PlacedPlane[] => planes.map((plane) => drawer.place(plane));
    this.#behind = layers.behind.pictures.map(place);
    this.#subject = (layers.subject?.pictures ?? []).map(({ planes, mask }) => ({
      planes: place(planes),
      mask: place(mask),
    }));
    this.#shadow = layers.shadow ? place(layers.shadow.mask) : [];
    const whole = (frame.width * frame.height * 3) / 2 + 8 * frame.width;
    this.#out = drawer.take(whole);
    this.#other = drawer.take(layers.behind.pictures.length > 1 ? whole : 0);
    const room = (): Room => {
      const plane = frame.width * (frame.height + 8);
      return { plane, address: drawer.take(layers.subject || layers.shadow ? 3 * plane : 0) };
    };
    this.#picture = room();
    this.#mask = room();
    this.#second = room();
  }

  /** The frame as I420. The bytes belong to the compositor and change with the next frame. */
  draw({ pose, behind, subject }: SceneMoment): Uint8Array {
    const { width, height } = this.#frame;
    this.#drawBehind(from(behind, this.#part), Math.max(pose.blur, pose.blurBehind));
    if (this.#shade) this.#drawShadow(behind, this.#shade, pose.lift);
    if (subject) this.#drawSubject(subject, Math.max(pose.blur, pose.blurSubject));
    return this.#drawer.bytes(this.#out, (width * height * 3) / 2);
  }

  #drawWhole(planes: readonly PlacedPlane[], matrix: Matrix, address: number): void {
    const { width, height } = this.#frame;
    let out = address;
    planes.forEach((plane, i) => {
      const size = i === 0 ? this.#frame : { width: width / 2, height: height / 2 };
      this.#drawer.draw(plane, i === 0 ? matrix : forChroma(matrix), out, size);
      out += size.width * size.height;
    });
  }

  #drawBehind(matrix: Matrix, blur: number): void {
    const { level, share } = focus(blur, this.#behind.length);
    this.#drawWhole(this.#behind[level] ?? [], matrix, this.#out);
    const next = this.#behind[level + 1];
    if (share === 0 || !next) return;
    this.#drawWhole(next, matrix, this.#other);
    const bytes = (this.#frame.width * this.#frame.height * 3) / 2;
    this.#drawer.kernel.mix(this.#out, this.#other, Math.ceil(bytes / 8) * 8, Math.round(share * 32767));
  }

  /** Draws the part of the frame at `at` into a room: the picture as if the frame were there alone. */
  #drawPart(planes: readonly PlacedPlane[], matrix: Matrix, at: Rect, room: Room): void {
    const moved = shifted(matrix, at.left, at.top);
    planes.forEach((plane, i) => {
      const size = i === 0 ? at : { width: at.width / 2, height: at.height / 2 };
      this.#drawer.draw(plane, i === 0 ? moved : forChroma(moved), room.address + i * room.plane, size);
    });
  }

  #drawSubject(matrix: Matrix, blur: number): void {
    const subject = this.#cutOut;
    const at = subject && seenAt(matrix, subject.rect, this.#frame);
    if (!at) return;
    const own = from(matrix, subject.part);
    const { level, share } = focus(blur, this.#subject.length);
    const [sharp, soft] = [this.#subject[level], this.#subject[level + 1]];
    if (!sharp) return;
    this.#drawPart(sharp.planes, own, at, this.#picture);
    this.#drawPart(sharp.mask, own, at, this.#mask);
    if (share > 0 && soft) {
      this.#drawPart(soft.planes, own, at, this.#second);
      this.#mixPart(this.#picture, at, share, 3);
      this.#drawPart(soft.mask, own, at, this.#second);
      this.#mixPart(this.#mask, at, share, 2);
    }
    this.#blendPart(at, 1);
  }

  #mixPart(room: Room, at: Size, share: number, planes: number): void {
    for (let i = 0; i < planes; i++) {
      const bytes = i === 0 ? at.width * at.height : (at.width * at.height) / 4;
      this.#drawer.kernel.mix(
        room.address + i * room.plane,
        this.#second.address + i * this.#second.plane,
        Math.ceil(bytes / 8) * 8,
        Math.round(share * 32767),
      );
    }
  }

  /** A thing that rises throws a softer, fainter shadow. */
  #drawShadow(matrix: Matrix, rect: Rect, lift: number): void {
    const at = seenAt(matrix, rect, this.#frame);
    if (!at) return;
    this.#drawPart(this.#shadow, matrix, at, this.#mask);
    BLACK.forEach((value, i) => {
      const bytes = i === 0 ? at.width * at.height : (at.width * at.height) / 4;
      this.#drawer.bytes(this.#picture.address + i * this.#picture.plane, bytes).fill(value);
    });
    this.#blendPart(at, 1 - Math.min(0.7, 12 * Math.max(0, lift)));
  }

  #blendPart(at: Rect, weight: number): void {
    const { width, height } = this.#frame;
    let below = this.#out;
    for (let i = 0; i < 3; i++) {
      const half = i === 0 ? 1 : 2;
      const stride = width / half;
      this.#drawer.kernel.blend(
        below + (at.top / half) * stride + at.left / half,
        stride,
        this.#picture.address + i * this.#picture.plane,
        this.#mask.address + Math.min(i, 1) * this.#mask.plane,
        at.width / half,
        at.width / half,
        at.height / half,
        Math.round(255 * weight),
      );
      below += stride * (height / half);
    }
  }
}

const placeOf = ({ part, rect }: Place): Place => ({ part, rect });

/** Which two pictures a focus lies between, and how far it is on the way to the second. */
function focus(blur: number, count: number): { level: number; share: number } {
  const at = Math.min(1, Math.max(0, blur)) * (BLUR_LEVELS - 1);
  const level = Math.min(Math.floor(at), Math.max(0, count - 1));
  return { level, share: at - level };
}

/** The same view for a frame whose corner lies at (x, y). */
function shifted(m: Matrix, x: number, y: number): Matrix {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  return Float64Array.of(a, b, a * x + b * y + c, d, e, d * x + e * y + f, g, h, g * x + h * y + i);
}

/** The same view of a part of the photo, in that part's own pixels. */
function from(m: Matrix, { left, top }: Rect): Matrix {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = m;
  return Float64Array.of(
    a - left * g,
    b - left * h,
    c - left * i,
    d - top * g,
    e - top * h,
    f - top * i,
    g,
    h,
    i,
  );
}
