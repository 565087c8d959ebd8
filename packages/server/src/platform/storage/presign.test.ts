import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachment, signingTime } from './presign.ts';

describe('the signing time', () => {
  test('is never in the future, and leaves at least half of the life (or all but an hour)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 604_800 }), fc.integer({ min: 0, max: 4e12 }), (life, now) => {
        const age = (now - signingTime(new Date(now), life).getTime()) / 1000;
        expect(age).toBeGreaterThanOrEqual(0);
        expect(age).toBeLessThanOrEqual(Math.min(3600, life / 2));
      }),
    );
  });

  test('is one for the whole hour where the URL lives long', () => {
    const times = ['10:00:00', '10:30:00', '10:59:59'].map((t) => new Date(`2026-05-01T${t}Z`));
    expect(times.map((t) => signingTime(t, 86_400).toISOString())).toEqual(
      Array<string>(3).fill('2026-05-01T10:00:00.000Z'),
    );
  });
});

describe('the name of a download', () => {
  test.each([
    ['clip.mp4', `attachment; filename="clip.mp4"; filename*=UTF-8''clip.mp4`],
    ['日本.mp4', `attachment; filename="__.mp4"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.mp4`],
    ['a"; x="b', `attachment; filename="a_; x=_b"; filename*=UTF-8''a_%3B%20x%3D_b`],
    ["it's (1)*.mp4", `attachment; filename="it's (1)_.mp4"; filename*=UTF-8''it%27s%20%281%29_.mp4`],
    ['../../etc/passwd', `attachment; filename="_.._etc_passwd"; filename*=UTF-8''_.._etc_passwd`],
    ['..\\..\\x.exe', `attachment; filename="_.._x.exe"; filename*=UTF-8''_.._x.exe`],
    ['100%.mp4', `attachment; filename="100_.mp4"; filename*=UTF-8''100%25.mp4`],
    ['a\u202egpj.exe', `attachment; filename="agpj.exe"; filename*=UTF-8''agpj.exe`],
    ['', `attachment; filename="file"; filename*=UTF-8''file`],
    ['...', `attachment; filename="file"; filename*=UTF-8''file`],
    ['\r\nset-cookie: a=b', `attachment; filename="set-cookie_ a=b"; filename*=UTF-8''set-cookie_%20a%3Db`],
  ])('%j', (name, expected) => {
    expect(attachment(name)).toBe(expected);
  });

  test('any text becomes a header that fetch takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const header = attachment(name);
        expect(header).toMatch(
          /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/,
        );
        expect(new Headers({ 'content-disposition': header }).get('content-disposition')).toBe(header);
      }),
    );
  });
});
