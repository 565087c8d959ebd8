import type { ByteRange } from './blob-store.ts';

const oneRange = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * What a Range header asks of `size` bytes (RFC 9110, 14.1.2 and 14.2). `whole` where the header is missing, not
 * understood or names several ranges, which a server may answer with everything; `unsatisfiable` means 416.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = header === undefined ? null : oneRange.exec(header);
  if (!match) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) return 'unsatisfiable';
    return { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: Math.min(end, size - 1) };
}

/** Whether If-Range lets the range stand: the same strong tag, or the same date once that cannot change any more. */
export function ifRangeHolds(header: string | undefined, etag: string, modifiedAt: Date, now: Date): boolean {
  if (header === undefined) return true;
  if (header.startsWith('"')) return header === etag;
  return header === modifiedAt.toUTCString() && now.getTime() - modifiedAt.getTime() > 60_000;
}

/** Whether the client has this very object already: 304. */
export function notModified(
  headers: { ifNoneMatch: string | undefined; ifModifiedSince: string | undefined },
  etag: string,
  modifiedAt: Date,
): boolean {
  const { ifNoneMatch, ifModifiedSince } = headers;
  if (ifNoneMatch !== undefined) {
    const tags = new Set(ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
    return tags.has('*') || tags.has(etag);
  }
  if (ifModifiedSince === undefined) return false;
  const since = Date.parse(ifModifiedSince);
  return !Number.isNaN(since) && Math.floor(modifiedAt.getTime() / 1000) * 1000 <= since;
}
