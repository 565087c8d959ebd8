import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs';
import type { RawImage } from './images.ts';

/**
 * HEIC files as phones write them, made by code: HEVC intra pictures from the WebCodecs encoder, in the boxes of
 * ISO/IEC 23008-12. Nothing to download, no licence to ask about.
 */
export interface HeicOptions {
  /** Pictures side by side and one below the other, as iPhones do with tiles of 512 pixels. Default: one picture. */
  tiles?: { columns: number; rows: number };
  /** Quarter turns counter-clockwise, the `irot` property: this, and not EXIF, is what a reader must obey. */
  irot?: 0 | 1 | 2 | 3;
  /** Axis of the `imir` property: 0 left-right as of the 2nd edition. */
  imir?: 0 | 1;
  icc?: Uint8Array;
  exif?: Uint8Array;
  xmp?: string;
  brand?: string;
  /** What `ispe` says instead of the truth. */
  lyingSize?: { width: number; height: number };
  /** Boxes after the rest. */
  trailer?: Uint8Array;
}

export const box = (type: string, ...parts: (Uint8Array | number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const fullBox = (type: string, version: number, flags: number, ...parts: (Uint8Array | number[])[]): Buffer =>
  box(type, [version, (flags >> 16) & 255, (flags >> 8) & 255, flags & 255], ...parts);
const u16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeUInt16BE(value, i * 2));
  return bytes;
};
const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

interface Item {
  id: number;
  type: string;
  hidden?: boolean;
  mime?: string;
  data: Uint8Array;
  properties: number[];
}

export async function encodeHeic(image: RawImage, options: HeicOptions = {}): Promise<Buffer> {
  const { columns, rows } = options.tiles ?? { columns: 1, rows: 1 };
  const tileWidth = image.width / columns;
  const tileHeight = image.height / rows;
  const tiles: Hevc[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      tiles.push(await encodeHevc(crop(image, column * tileWidth, row * tileHeight, tileWidth, tileHeight)));

  const claimed = options.lyingSize ?? image;
  const properties: Buffer[] = [];
  const property = (bytes: Buffer, essential = false): number =>
    properties.push(bytes) | (essential ? 0x80 : 0);
  const ispe = (width: number, height: number): number => property(fullBox('ispe', 0, 0, u32(width, height)));
  const hvcC = property(box('hvcC', tiles[0]?.config ?? []), true);
  const nclx = property(box('colr', text('nclx'), u16(1, 13, 1), [0x80]));
  const whole = ispe(claimed.width, claimed.height);
  const shown = [whole, nclx];
  if (options.icc) shown.push(property(box('colr', text('prof'), options.icc)));
  if (options.irot !== undefined) shown.push(property(box('irot', [options.irot]), true));
  if (options.imir !== undefined) shown.push(property(box('imir', [options.imir]), true));

  const items: Item[] = [];
  const references: Buffer[] = [];
  let primary = 1;
  if (tiles.length === 1) {
    items.push({
      id: 1,
      type: 'hvc1',
      data: tiles[0]?.data ?? Buffer.alloc(0),
      properties: [hvcC, ...shown],
    });
  } else {
    const tileSize = ispe(tileWidth, tileHeight);
    tiles.forEach(({ data }, i) =>
      items.push({ id: i + 1, type: 'hvc1', hidden: true, data, properties: [hvcC, tileSize, nclx] }),
    );
    primary = tiles.length + 1;
    const grid = Buffer.concat([
      Buffer.from([0, 0, rows - 1, columns - 1]),
      u16(claimed.width, claimed.height),
    ]);
    items.push({ id: primary, type: 'grid', data: grid, properties: shown });
    references.push(box('dimg', u16(primary, tiles.length, ...tiles.map((_, i) => i + 1))));
  }
  for (const extra of extraItems(options)) {
    const id = items.length + 1;
    items.push({ ...extra, id, hidden: true, properties: [] });
    references.push(box('cdsc', u16(id, 1, primary)));
  }
  return Buffer.concat([
    file(items, references, properties, primary, options),
    options.trailer ?? Buffer.alloc(0),
  ]);
}

function extraItems(options: HeicOptions): { type: string; mime?: string; data: Uint8Array }[] {
  const extra: { type: string; mime?: string; data: Uint8Array }[] = [];
  if (options.exif) extra.push({ type: 'Exif', data: Buffer.concat([u32(0), options.exif]) });
  if (options.xmp) extra.push({ type: 'mime', mime: 'application/rdf+xml', data: Buffer.from(options.xmp) });
  return extra;
}

function file(
  items: Item[],
  references: Buffer[],
  properties: Buffer[],
  primary: number,
  options: HeicOptions,
): Buffer {
  const brand = options.brand ?? 'heic';
  const ftyp = box('ftyp', text(brand), u32(0), text('mif1'), text(brand));
  const meta = (firstOffset: number): Buffer => {
    let offset = firstOffset;
    const places = items.map(({ id, data }) => {
      const place = Buffer.concat([u16(id, 0, 1), u32(offset, data.length)]);
      offset += data.length;
      return place;
    });
    return fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, u32(0), text('pict'), u32(0, 0, 0), [0]),
      fullBox('pitm', 0, 0, u16(primary)),
      fullBox('iloc', 0, 0, [0x44, 0x00], u16(items.length), ...places),
      fullBox('iinf', 0, 0, u16(items.length), ...items.map(infe)),
      ...(references.length > 0 ? [fullBox('iref', 0, 0, ...references)] : []),
      box(
        'iprp',
        box('ipco', ...properties),
        fullBox('ipma', 0, 0, u32(items.length), ...items.map(associations)),
      ),
    );
  };
  const at = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(at), box('mdat', ...items.map(({ data }) => data))]);
}

const infe = ({ id, type, hidden, mime }: Item): Buffer =>
  fullBox(
    'infe',
    2,
    hidden ? 1 : 0,
    u16(id, 0),
    text(type),
    [0],
    mime === undefined ? [] : text(`${mime}\0`),
  );

const associations = ({ id, properties }: Item): Buffer =>
  Buffer.concat([u16(id), Buffer.from([properties.length, ...properties])]);

interface Hevc {
  /** The body of hvcC. */
  config: Uint8Array;
  /** One intra picture, NAL units with their lengths before them. */
  data: Uint8Array;
}

async function encodeHevc(image: RawImage): Promise<Hevc> {
  const { width, height } = image;
  let result: Hevc | undefined;
  let failure: unknown;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const config = metadata?.decoderConfig?.description;
      if (config) result = { config: new Uint8Array(config), data };
    },
    error: (error) => {
      failure = error;
    },
  });
  encoder.configure({ codec: 'hvc1.1.6.L153.B0', width, height, bitrate: 20_000_000, framerate: 30 });
  const frame = new VideoFrame(toI420(image), {
    format: 'I420',
    codedWidth: width,
    codedHeight: height,
    timestamp: 0,
    colorSpace: { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'bt709', fullRange: true },
  });
  encoder.encode(frame, { keyFrame: true });
  frame.close();
  await encoder.flush();
  encoder.close();
  if (!result) throw new Error('The encoder made no picture', { cause: failure });
  return result;
}

/** Full-range BT.709, chroma by the mean of four. */
function toI420({ data, width, height }: RawImage): Uint8Array {
  const out = new Uint8Array((width * height * 3) / 2);
  const cb = width * height;
  const cr = cb + cb / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]];
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      out[y * width + x] = Math.round(luma);
      const chroma = (y >> 1) * (width >> 1) + (x >> 1);
      out[cb + chroma] = (out[cb + chroma] ?? 0) + Math.round(128 + (b - luma) / 1.8556) / 4;
      out[cr + chroma] = (out[cr + chroma] ?? 0) + Math.round(128 + (r - luma) / 1.5748) / 4;
    }
  }
  return out;
}

function crop(image: RawImage, left: number, top: number, width: number, height: number): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { data, width, height };
}
