/** Colour profiles for tests, written tag by tag (ICC.1:2010): of a space with three primaries and one gamma. */

const s15 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
};
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const xyz = (values: readonly number[]) => Buffer.concat([Buffer.from('XYZ \0\0\0\0'), ...values.map(s15)]);
const gammaCurve = (gamma: number) => {
  const value = Buffer.alloc(4);
  value.writeUInt16BE(Math.round(gamma * 256));
  return Buffer.concat([Buffer.from('curv\0\0\0\0'), u32(1), value]);
};
const text = (value: string) => {
  const bytes = Buffer.concat([Buffer.from('text\0\0\0\0'), Buffer.from(`${value}\0`)]);
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
};

const D50 = [0.9642, 1, 0.8249];

function profile(space: 'RGB ' | 'GRAY', tags: [string, Buffer][]): Buffer {
  const all: [string, Buffer][] = [['cprt', text('none')], ['wtpt', xyz(D50)], ...tags];
  let at = 128 + 4 + 12 * all.length;
  const table = all.map(([name, bytes]) => {
    const entry = Buffer.concat([Buffer.from(name), u32(at), u32(bytes.length)]);
    at += bytes.length;
    return entry;
  });
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x02400000, 8);
  head.write(`mntr${space}XYZ `, 12);
  head.write('acsp', 36);
  D50.forEach((value, i) => s15(value).copy(head, 68 + 4 * i));
  return Buffer.concat([head, u32(all.length), ...table, ...all.map(([, bytes]) => bytes)]);
}

/** Adobe RGB (1998): its primaries adapted to D50, as its specification's annex has them, and its gamma. */
export const adobeRgb = profile('RGB ', [
  ['rXYZ', xyz([0.60974, 0.31111, 0.01947])],
  ['gXYZ', xyz([0.20528, 0.62567, 0.06087])],
  ['bXYZ', xyz([0.14919, 0.06322, 0.74457])],
  ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Buffer] => [name, gammaCurve(2.19921875)]),
]);

/** Grey of gamma 1.8, as old Macintoshes had it. */
export const grey18 = profile('GRAY', [['kTRC', gammaCurve(1.8)]]);
