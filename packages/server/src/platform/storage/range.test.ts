import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ifRangeHolds, notModified, parseRange } from './range.ts';

describe('a Range header', () => {
  test.each([
    [undefined, 'whole'],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=99-', { start: 99, end: 99 }],
    ['bytes=10-1000', { start: 10, end: 99 }],
    ['bytes=10-99999999999999999999', { start: 10, end: 99 }],
    ['bytes=-1', { start: 99, end: 99 }],
    ['bytes=-100', { start: 0, end: 99 }],
    ['bytes=-101', { start: 0, end: 99 }],
    ['BYTES=1-2', { start: 1, end: 2 }],
    ['bytes= 1-2 ', { start: 1, end: 2 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=100-200', 'unsatisfiable'],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    ['bytes=5-4', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=', 'whole'],
    ['bytes', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=1.5-2', 'whole'],
    ['bytes=--1', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['items=0-1', 'whole'],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  test.each(['bytes=0-0', 'bytes=0-', 'bytes=-1', 'bytes=-0'])('%s of nothing cannot be had', (header) => {
    expect(parseRange(header, 0)).toBe('unsatisfiable');
  });

  test('whatever it says, what comes out lies inside', () => {
    const number = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 1n << 80n }), fc.constant(''));
    fc.assert(
      fc.property(number, number, fc.nat({ max: 1000 }), (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (typeof range === 'string') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});

describe('If-Range', () => {
  const modified = new Date('2026-05-01T10:00:00Z');
  const later = new Date('2026-05-01T11:00:00Z');
  const soon = new Date('2026-05-01T10:00:01Z');
  test.each([
    [undefined, later, true],
    ['"a"', later, true],
    ['"b"', later, false],
    ['W/"a"', later, false],
    [modified.toUTCString(), later, true],
    // The object may still change within the second that the date can tell.
    [modified.toUTCString(), soon, false],
    [later.toUTCString(), later, false],
    ['nonsense', later, false],
  ])('%s', (header, now, holds) => {
    expect(ifRangeHolds(header, '"a"', modified, now)).toBe(holds);
  });
});

describe('not modified', () => {
  const modified = new Date('2026-05-01T10:00:00.500Z');
  test.each([
    [undefined, undefined, false],
    ['"a"', undefined, true],
    ['W/"a"', undefined, true],
    ['"b", "a"', undefined, true],
    ['*', undefined, true],
    ['"b"', undefined, false],
    ['"b"', 'Fri, 01 May 2026 12:00:00 GMT', false],
    [undefined, 'Fri, 01 May 2026 10:00:00 GMT', true],
    [undefined, 'Fri, 01 May 2026 09:59:59 GMT', false],
    [undefined, 'yesterday', false],
  ])('If-None-Match %s, If-Modified-Since %s', (ifNoneMatch, ifModifiedSince, expected) => {
    expect(notModified({ ifNoneMatch, ifModifiedSince }, '"a"', modified)).toBe(expected);
  });
});
