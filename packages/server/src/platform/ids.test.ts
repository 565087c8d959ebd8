import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeId, encodeId, newUuid } from './ids.ts';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('public ids', () => {
  it('are TypeIDs, as the specification’s own example has them', () => {
    expect(encodeId('gen', uuid)).toBe('gen_01h455vb4pex5vsknk084sn02q');
    expect(encodeId('gen', '00000000-0000-0000-0000-000000000000')).toBe(`gen_${'0'.repeat(26)}`);
    expect(encodeId('gen', 'ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(`gen_7${'z'.repeat(25)}`);
  });

  it('come back as what they were', () => {
    fc.assert(
      fc.property(fc.uuid(), (any) => {
        expect(decodeId('upl', encodeId('upl', any))).toBe(any);
      }),
    );
  });

  it.each([
    ['another prefix', 'upl_01h455vb4pex5vsknk084sn02q'],
    ['no prefix', '01h455vb4pex5vsknk084sn02q'],
    ['a UUID', uuid],
    ['upper case', 'gen_01H455VB4PEX5VSKNK084SN02Q'],
    ['letters that are read as others', 'gen_0lh455vb4pex5vsknk084sn02q'],
    ['one character less', 'gen_01h455vb4pex5vsknk084sn02'],
    ['one character more', 'gen_01h455vb4pex5vsknk084sn02qq'],
    ['more than 128 bits', `gen_8${'0'.repeat(25)}`],
    ['nothing', ''],
    ['a character of two units', `gen_${'0'.repeat(24)}\u{1F600}`],
  ])('are refused with %s', (_what, text) => {
    expect(decodeId('gen', text)).toBeNull();
  });

  it('have one spelling: whatever is read is what would be written', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'.split('')),
          minLength: 26,
          maxLength: 26,
        }),
        (text) => {
          const read = decodeId('gen', `gen_${text}`);
          expect(read === null || encodeId('gen', read) === `gen_${text}`).toBe(true);
        },
      ),
    );
  });

  it('are not made of something that is no UUID', () => {
    expect(() => encodeId('gen', 'x')).toThrow('not a UUID');
  });
});

describe('new UUIDs', () => {
  it('are version 7, carry the clock’s time and sort as they were made', () => {
    const at = new Date('2030-01-02T03:04:05.678Z');
    const made = Array.from({ length: 1000 }, () => newUuid({ now: () => at }));
    expect(new Set(made).size).toBe(1000);
    expect(made.toSorted()).toEqual(made);
    expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt((made[0] ?? '').replace('-', '').slice(0, 12), 16)).toBe(at.getTime());
  });
});
