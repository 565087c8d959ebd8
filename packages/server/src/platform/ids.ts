import { V7Generator } from 'uuidv7';
import type { Clock } from './clock.ts';

/**
 * Ids are UUIDv7 in the database and TypeIDs outside: `gen_01h455vb4pex5vsknk084sn02q`, a prefix that says
 * what it is and 26 characters of Crockford base32 that sort by time (https://github.com/jetify-com/typeid).
 */
export type IdPrefix = 'tenant' | 'site' | 'key' | 'vis' | 'upl' | 'gen' | 'evt' | 'att' | 'req' | 'trf';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digitOf = new Map([...alphabet].map((char, digit) => [char, BigInt(digit)]));
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const generator = new V7Generator();

/** A new UUIDv7; ids made one after another by this process sort in that order, within the clock's reach. */
export function newUuid(clock?: Clock): string {
  const time = clock ? clock.now().getTime() : Date.now();
  return generator.generateOrResetWithTs(time).toString();
}

/** The public form of a UUID (lower case, with hyphens). Throws on anything else: that is our mistake. */
export function encodeId(prefix: IdPrefix, uuid: string): string {
  if (!uuidPattern.test(uuid)) throw new TypeError(`not a UUID: ${uuid.slice(0, 40)}`);
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = `${alphabet[Number(rest & 31n)]}${text}`;
    rest >>= 5n;
  }
  return `${prefix}_${text}`;
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
