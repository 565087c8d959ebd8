import { expect, test } from 'vitest';
import { readSequenceParameters, withBt709 } from './sps.ts';

// Sequence parameter sets as x264 writes them: without colour description (with a bitstream restriction in the
// VUI, and an emulation prevention byte), and without any VUI.
const withVui = Buffer.from('6764001facd9405005bb016a02020280000003008000001e478c18cb', 'hex');
const bare = Buffer.from('6742c01e95a0280f64', 'hex');

test('writes the colour description and leaves the rest alone', () => {
  for (const nal of [withVui, bare]) {
    const before = readSequenceParameters(nal);
    const after = readSequenceParameters(withBt709(nal));
    expect(after).toEqual({ ...before, colour: { fullRange: false, primaries: 1, transfer: 1, matrix: 1 } });
  }
});

test('is the same when done twice', () => {
  const once = withBt709(withVui);
  expect(Buffer.from(withBt709(once)).toString('hex')).toBe(Buffer.from(once).toString('hex'));
});

test('refuses one that was cut off', () => {
  expect(() => readSequenceParameters(withVui.subarray(0, 6))).toThrow(/ends too early/);
});
