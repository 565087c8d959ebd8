/**
 * HEIF files as phones and encoders write them (ISO/IEC 23008-12), made by code from coded pictures: one picture
 * or a grid of tiles, with the properties and the metadata that matter here, true or lying.
 */
export interface CodedPicture {
  codec: 'hvc1' | 'av01';
  /** The body of hvcC or av1C. */
  config: Uint8Array;
  data: Uint8Array;
  width: number;
  height: number;
}

export interface HeifOptions {
  /** Tiles beside and below each other, as iPhones write them; default one picture. */
  columns?: number;
  rows?: number;
  /** Each tile of the grid is an item of its own with the first picture's bytes: a small file of a large photo. */
  repeatTile?: boolean;
  /** Quarter turns counter-clockwise, the `irot` property: this, and not EXIF, is what a reader obeys. */
  irot?: 0 | 1 | 2 | 3;
  /** The `imir` property: 1 mirrors left and right, 0 top and bottom. */
  imir?: 0 | 1;
  /** The `clap` property: only this much of the middle is to be shown. */
  clap?: { width: number; height: number };
  icc?: Uint8Array;
  exif?: Uint8Array;
  xmp?: string;
  /** Major brand. */
  brand?: string;
  /** What `ispe` says instead of the truth. */
  claimed?: { width: number; height: number };
  /** Boxes after the rest. */
  trailer?: Uint8Array;
}

type Bytes = Uint8Array | number[];

export function box(type: string, ...parts: Bytes[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([u32(body.length + 8), text(type), body]);
}
const fullBox = (type: string, version: number, flags: number, ...parts: Bytes[]): Buffer =>
  box(type, [version, (flags >> 16) & 255, (flags >> 8) & 255, flags & 255], ...parts);

function numbers(size: 2 | 4, values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, i) => bytes.writeUIntBE(value, i * size, size));
  return bytes;
}
const u16 = (...values: number[]): Buffer => numbers(2, values);
const u32 = (...values: number[]): Buffer => numbers(4, values);
const text = (value: string): Buffer => Buffer.from(value, 'latin1');

interface Item {
  id: number;
  type: string;
  hidden?: boolean;
  mime?: string;
  data: Uint8Array;
  properties: number[];
}

export function heifFile(pictures: CodedPicture[], options: HeifOptions = {}): Buffer {
  const [first] = pictures;
  if (!first) throw new Error('A HEIF file needs a picture');
  const { columns = 1, rows = 1 } = options;
  const size = options.claimed ?? { width: first.width * columns, height: first.height * rows };

  const properties: Buffer[] = [];
  const property = (bytes: Buffer, essential = false): number =>
    properties.push(bytes) | (essential ? 0x80 : 0);
  const ispe = (width: number, height: number): number => property(fullBox('ispe', 0, 0, u32(width, height)));
  const config = property(box(first.codec === 'hvc1' ? 'hvcC' : 'av1C', first.config), true);
  const nclx = property(box('colr', text('nclx'), u16(1, 13, 1), [0x80]));
  const shown = [ispe(size.width, size.height), nclx];
  if (options.icc) shown.push(property(box('colr', text('prof'), options.icc)));
  const { clap } = options;
  if (clap) shown.push(property(box('clap', u32(clap.width, 1, clap.height, 1, 0, 1, 0, 1)), true));
  if (options.irot !== undefined) shown.push(property(box('irot', [options.irot]), true));
  if (options.imir !== undefined) shown.push(property(box('imir', [options.imir]), true));

  const items: Item[] = [];
  const references: Buffer[] = [];
  const add = (item: Omit<Item, 'id'>): number => items.push({ ...item, id: items.length + 1 });
  let primary = 1;
  if (columns * rows === 1) {
    add({ type: first.codec, data: first.data, properties: [config, ...shown] });
  } else {
    const tileSize = ispe(first.width, first.height);
    const tiles = Array.from(
      { length: columns * rows },
      (_, i) => (options.repeatTile ? first : pictures[i]) ?? first,
    );
    const ids = tiles.map(({ codec, data }) =>
      add({ type: codec, hidden: true, data, properties: [config, tileSize, nclx] }),
    );
    const grid = Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), u16(size.width, size.height)]);
    primary = add({ type: 'grid', data: grid, properties: shown });
    references.push(box('dimg', u16(primary, ids.length, ...ids)));
  }
  const describe = (extra: Pick<Item, 'type' | 'data'> & { mime?: string }): void => {
    references.push(box('cdsc', u16(add({ ...extra, hidden: true, properties: [] }), 1, primary)));
  };
  if (options.exif) describe({ type: 'Exif', data: Buffer.concat([u32(0), options.exif]) });
  if (options.xmp !== undefined)
    describe({ type: 'mime', mime: 'application/rdf+xml', data: Buffer.from(options.xmp) });
  const brand = options.brand ?? (first.codec === 'hvc1' ? 'heic' : 'avif');
  return Buffer.concat([
    boxes(brand, items, references, properties, primary),
    options.trailer ?? Buffer.alloc(0),
  ]);
}

function boxes(
  brand: string,
  items: Item[],
  references: Buffer[],
  properties: Buffer[],
  primary: number,
): Buffer {
  const ftyp = box('ftyp', text(brand), u32(0), text('mif1'), text(brand));
  const stored = [...new Set(items.map(({ data }) => data))];
  const meta = (firstOffset: number): Buffer => {
    const offsets = new Map<Uint8Array, number>();
    let offset = firstOffset;
    for (const data of stored) {
      offsets.set(data, offset);
      offset += data.length;
    }
    const places = items.map(({ id, data }) =>
      Buffer.concat([u16(id, 0, 1), u32(offsets.get(data) ?? 0, data.length)]),
    );
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
  const firstOffset = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(firstOffset), box('mdat', ...stored)]);
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

/** The one coded picture of an AVIF that sharp has written, to be put into another file. */
export function pictureOfAvif(avif: Buffer, width: number, height: number): CodedPicture {
  const bodyOf = (type: string): Buffer => {
    const at = avif.indexOf(type, 0, 'latin1');
    return avif.subarray(at + 4, at - 4 + avif.readUInt32BE(at - 4));
  };
  return { codec: 'av01', config: bodyOf('av1C'), data: bodyOf('mdat'), width, height };
}
