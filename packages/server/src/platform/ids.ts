import { V7Generator } from 'uuidv7';
import type { Clock } from './clock.ts';

/**
 * Ids are UUIDv7 in the database and TypeIDs outside: `gen_01h455vb4pex5vsknk084sn02q`, a prefix that says
 * what it is and 26 characters of Crockford base32 that sort by time (https://github.com/jetify-com/typeid).
 */
export type IdPrefix =
  | 'tenant'
  | 'site'
  | 'key'
  | 'vis'
  | 'upl'
  | 'gen'
  | 'evt'
  | 'att'
  | 'req'
  | 'trf'
  | 'idk'
  | 'person'
  | 'ses'
  | 'inv'
  | 'passkey';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digitOf = new Map(Array.from(alphabet, (char, digit) => [char, BigInt(digit)]));
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const generator = new V7Generator();

/** A new UUIDv7; ids made one after another by this process sort in that order, within the clock's reach. */
export function newUuid(clock?: Clock): string {
  const time = clock ? clock.now().getTime() : Date.now();
  return generator.generateOrResetWithTs(time).toString();
}

/** Two digits for each value of ten bits. */
const pairs = Array.from({ length: 1024 }, (_, bits) => `${alphabet[bits >> 5]}${alphabet[bits & 31]}`);

/** The public form of a UUID (lower case, with hyphens). Throws on anything else: that is our mistake. */
export function encodeId(prefix: IdPrefix, uuid: string): string {
  if (!uuidPattern.test(uuid)) throw new TypeError(`not a UUID: ${uuid.slice(0, 40)}`);
  const hex = uuid.replaceAll('-', '');
  // 26 digits hold 130 bits, two more than a UUID has: the first pair takes eight bits, then two pairs take twenty.
  let text = `${prefix}_${pairs[Number.parseInt(hex.slice(0, 2), 16)]}`;
  for (let i = 2; i < 32; i += 5) {
    const bits = Number.parseInt(hex.slice(i, i + 5), 16);
    text += `${pairs[bits >> 10]}${pairs[bits & 1023]}`;
  }
  return text;
}

/** The UUID of a public id, or null unless it is exactly what `encodeId` gives for this prefix. */
export function decodeId(prefix: IdPrefix, text: string): string | null {
  if (text.length !== prefix.length + 27 || !text.startsWith(`${prefix}_`)) return null;
  let value = 0n;
  for (const char of text.slice(prefix.length + 1)) {
    const digit = digitOf.get(char);
    if (digit === undefined) return null;
    value = (value << 5n) | digit;
  }
  // 26 characters hold 130 bits; a UUID has 128.
  if (value >> 128n !== 0n) return null;
  const hex = value.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
