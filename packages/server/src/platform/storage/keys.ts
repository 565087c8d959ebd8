/**
 * Keys are made by our own code, `t/<tenant>/<subject>/…`; they are looked at all the same, since one wrong
 * character could leave the folder, reach another tenant or mean two things on two systems. Lower case only:
 * two keys that differ by case would be one file on some disks.
 */
const segment = /^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9_-])?$/;
const maxKeyLength = 512;
const maxSegments = 16;
const mediaType = /^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,63}$/;

function areSegments(segments: string[]): boolean {
  return segments.length <= maxSegments && segments.every((s) => segment.test(s) && !s.includes('..'));
}

/** Throws a TypeError unless `key` is one of ours. */
export function assertKey(key: string): void {
  const [root, ...rest] = typeof key === 'string' && key.length <= maxKeyLength ? key.split('/') : [];
  if (root !== 't' || rest.length < 2 || !areSegments(rest)) throw invalid('key', key);
}

/** Throws a TypeError unless `prefix` is whole segments of a key with a slash at the end; `t/` is the shortest. */
export function assertPrefix(prefix: string): void {
  const fits = typeof prefix === 'string' && prefix.length <= maxKeyLength && prefix.endsWith('/');
  const [root, ...rest] = fits ? prefix.slice(0, -1).split('/') : [];
  if (root !== 't' || !areSegments(rest)) throw invalid('prefix', prefix);
}

/** Throws a TypeError unless `contentType` is a bare media type in lower case. */
export function assertContentType(contentType: string): void {
  if (typeof contentType !== 'string' || !mediaType.test(contentType))
    throw invalid('content type', contentType);
}

export function assertByteSize(byteSize: number): void {
  if (!Number.isSafeInteger(byteSize) || byteSize < 0)
    throw new TypeError('The byte size must be a whole number');
}

/** Seconds a URL may live: S3's signatures end after seven days. */
export function assertExpiry(expiresInS: number): void {
  if (!Number.isSafeInteger(expiresInS) || expiresInS < 1 || expiresInS > 604_800)
    throw new TypeError('A URL lives between one second and seven days');
}

export function assertRange(range: { start: number; end: number }): void {
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw new RangeError('A range is two whole numbers, the first not after the second');
}

function invalid(what: string, value: unknown): TypeError {
  return new TypeError(`Not a storage ${what}: ${JSON.stringify(String(value).slice(0, 80))}`);
}
