import { describe, expect, test } from 'vitest';
import { cameraPath, cssMatrix, frameMatrix, scenePath } from './camera.ts';
import type { MoveOptions } from './camera.ts';
import { applied, inverted, type Size } from './geometry.ts';
import { cameraMoves, layeredMoves, SUBJECT_NEARNESS, type CameraMove } from './paths.ts';
import type { Easing } from './pose.ts';

const photo = { width: 2000, height: 1500 };
const frame = { width: 1280, height: 720 };
const middle = { x: 0.5, y: 0.5 };
const corners = ({ width, height }: Size) =>
  [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ] as const;

function apply(m: Float64Array, x: number, y: number): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Where the photo's point (0..1) stands in the frame, through the CSS matrix a browser would use. */
function onScreen(options: MoveOptions, t: number, fx = 0.5, fy = 0.5): [number, number] {
  const v = cssMatrix(options, photo, frame, t).slice(9, -1).split(',').map(Number);
  const at = (i: number) => v[i] ?? Number.NaN;
  const [x, y] = [fx * photo.width, fy * photo.height];
  const w = at(3) * x + at(7) * y + at(15);
  return [(at(0) * x + at(4) * y + at(12)) / w, (at(1) * x + at(5) * y + at(13)) / w];
}

const options = (move: CameraMove, more: Partial<MoveOptions> = {}): MoveOptions => ({
  move,
  strength: 0.5,
  ...more,
});

describe('the picture never ends inside the frame', () => {
  const photos: Size[] = [
    photo,
    { width: 600, height: 4000 },
    { width: 9000, height: 700 },
    { width: 1, height: 1 },
  ];
  const frames: Size[] = [frame, { width: 720, height: 1280 }, { width: 1080, height: 1080 }];
  const together: CameraMove[][] = [
    ['push_in', 'pan_right'],
    ['pull_out', 'orbit_left', 'handheld'],
  ];
  test.each<CameraMove | CameraMove[]>([...cameraMoves, ...together])('%s', (move) => {
    const outside: string[] = [];
    for (const photo of photos)
      for (const frame of frames)
        for (const strength of [0, 0.5, 1])
          for (const loop of [false, true])
            for (const focus of [middle, { x: 0, y: 1 }, { x: 0.9, y: 0.2 }])
              for (
                let t = 0, path = cameraPath({ move, strength, loop, focus, seed: 3 }, photo, frame);
                t <= 1;
                t += 1 / 37
              ) {
                const m = path(t);
                const inside = corners(frame).every(([x, y]) => {
                  const [px, py] = apply(m, x, y);
                  return px >= 0 && py >= 0 && px <= photo.width && py <= photo.height;
                });
                if (!inside) outside.push(`strength ${strength} loop ${loop} t ${t} photo ${photo.width}`);
              }
    expect(outside).toEqual([]);
  });
});

describe('the name says what the camera does', () => {
  const travel = (move: CameraMove) => {
    const [x0, y0] = onScreen(options(move), 0);
    const [x1, y1] = onScreen(options(move), 1);
    return [x1 - x0, y1 - y0] as const;
  };
  test('panning right lets the picture drift left, tilting up lets it drift down', () => {
    expect(travel('pan_right')[0]).toBeLessThan(-200);
    expect(travel('pan_left')[0]).toBeGreaterThan(200);
    expect(travel('tilt_up')[1]).toBeGreaterThan(100);
    expect(travel('tilt_down')[1]).toBeLessThan(-100);
  });

  const widthOnScreen = (move: CameraMove, t: number) =>
    onScreen(options(move), t, 0.6)[0] - onScreen(options(move), t, 0.4)[0];
  test('pushing in lets the subject grow by a quarter, pulling out the reverse', () => {
    expect(widthOnScreen('push_in', 1) / widthOnScreen('push_in', 0)).toBeCloseTo(1.25, 6);
    expect(widthOnScreen('pull_out', 0) / widthOnScreen('pull_out', 1)).toBeCloseTo(1.25, 6);
  });

  test('orbiting right ends with the right side nearer, and holds the middle still', () => {
    const m = (t: number, x: number) => onScreen(options('orbit_right'), t, x)[0];
    expect(m(1, 0.7) - m(1, 0.5)).toBeGreaterThan(1.05 * (m(1, 0.5) - m(1, 0.3)));
    expect(m(0, 0.7) - m(0, 0.5)).toBeLessThan(0.95 * (m(0, 0.5) - m(0, 0.3)));
    expect(m(0, 0.5)).toBeCloseTo(frame.width / 2, 6);
    expect(m(1, 0.5)).toBeCloseTo(frame.width / 2, 6);
  });

  test('drifting right lets the picture go left; a dolly zoom lets the background recede', () => {
    expect(travel('drift_right')[0]).toBeLessThan(-20);
    expect(travel('drift_left')[0]).toBeGreaterThan(20);
    expect(widthOnScreen('dolly_zoom', 1)).toBeLessThan(0.85 * widthOnScreen('dolly_zoom', 0));
  });

  test('floating rises and falls, and ends where it began', () => {
    const y = (t: number) => onScreen(options('float'), t)[1];
    expect(Math.abs(y(0.5) - y(0))).toBeGreaterThan(12);
    expect(y(1)).toBeCloseTo(y(0), 6);
  });

  test('two moves at once do both', () => {
    const both = { ...options('static'), move: ['push_in', 'pan_right'] as const };
    const [x0, x1] = [onScreen(both, 0)[0], onScreen(both, 1)[0]];
    expect(x1 - x0).toBeLessThan(-150);
    const wide = (t: number) => onScreen(both, t, 0.6)[0] - onScreen(both, t, 0.4)[0];
    expect(wide(1) / wide(0)).toBeCloseTo(1.25, 6);
  });

  test('an easing changes when it happens, not where it begins and ends', () => {
    const x = (easing: Easing, t: number) => onScreen(options('pan_right', { easing }), t)[0];
    for (const t of [0, 1]) expect(x('ease_in', t)).toBeCloseTo(x('ease_out', t), 6);
    expect(x('ease_in', 0.5)).toBeGreaterThan(x('linear', 0.5) + 20);
    expect(x('ease_out', 0.5)).toBeLessThan(x('linear', 0.5) - 20);
  });

  test('pushing in brings an off-centre focus towards the middle', () => {
    const focus = { x: 0.7, y: 0.4 };
    const away = (t: number) => onScreen(options('push_in', { focus }), t, 0.7, 0.4)[0] - frame.width / 2;
    expect(Math.abs(away(1))).toBeLessThan(Math.abs(away(0)));
    expect(Math.abs(away(1))).toBeGreaterThan(0);
  });
});

describe('motion', () => {
  const moving = cameraMoves.filter((move) => move !== 'static');
  test.each(moving)('%s is smooth: no jump in position or speed', (move) => {
    const n = 150;
    const at = Array.from({ length: n }, (_, i) => onScreen(options(move), i / (n - 1), 0.3, 0.3));
    const speed = at.slice(1).map(([x, y], i) => [x - (at[i]?.[0] ?? 0), y - (at[i]?.[1] ?? 0)] as const);
    const jumps = speed
      .slice(1)
      .map(([x, y], i) => Math.hypot(x - (speed[i]?.[0] ?? 0), y - (speed[i]?.[1] ?? 0)));
    expect(Math.max(...jumps)).toBeLessThan(0.35);
    expect(Math.hypot(...(speed[0] ?? [0, 0]))).toBeGreaterThan(0.01);
  });

  test.each(moving)('%s loops without a seam', (move) => {
    const loop = options(move, { loop: true });
    const at = (t: number) => onScreen(loop, t, 0.3, 0.3);
    const [a, b] = [at(0), at(1)];
    expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(1e-6);
    const away = [0.25, 0.5].map((t) => Math.hypot(a[0] - at(t)[0], a[1] - at(t)[1]));
    expect(Math.max(...away)).toBeGreaterThan(1);
    const before = onScreen(loop, 0.999, 0.3, 0.3);
    const after = onScreen(loop, 0.001, 0.3, 0.3);
    expect(Math.hypot(before[0] + after[0] - 2 * a[0], before[1] + after[1] - 2 * a[1])).toBeLessThan(0.02);
  });

  test('handheld differs by seed and repeats with the same one', () => {
    const at = (seed: number) => onScreen(options('handheld', { seed }), 0.37);
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
  });
});

describe('a subject in front of its background', () => {
  const place = { box: { x: 0.35, y: 0.3, width: 0.3, height: 0.4 }, cut: false };
  /** Where the photo's point is seen, on the plane of the one or the other. */
  const seen = (move: CameraMove, t: number, which: 'behind' | 'subject', fx = 0.5, fy = 0.5) => {
    const moment = scenePath(options(move, { strength: 0.8 }), photo, frame, place)(t);
    const matrix = moment[which];
    if (!matrix) throw new Error('There is no subject.');
    return applied(inverted(matrix), fx * photo.width, fy * photo.height);
  };

  test('stands where the photo has it while the camera is at rest', () => {
    for (const fx of [0.4, 0.6]) {
      const [near, far] = [seen('push_in', 0, 'subject', fx), seen('push_in', 0, 'behind', fx)];
      expect(Math.hypot(near[0] - far[0], near[1] - far[1])).toBeLessThan(1e-6);
    }
  });

  test('grows and passes quicker than what lies behind, as its nearness says', () => {
    const grown = (which: 'behind' | 'subject') => {
      const width = (t: number) => seen('push_in', t, which, 0.6)[0] - seen('push_in', t, which, 0.4)[0];
      return width(1) / width(0);
    };
    const behind = grown('behind');
    // At a distance of 1 - n, coming nearer by 1 - 1 / z.
    const wanted = (1 - SUBJECT_NEARNESS) / (1 / behind - SUBJECT_NEARNESS);
    expect(grown('subject')).toBeCloseTo(wanted, 6);
    const passed = (which: 'behind' | 'subject') =>
      seen('pan_right', 1, which)[0] - seen('pan_right', 0, which)[0];
    expect(passed('subject') / passed('behind')).toBeCloseTo(1 / (1 - SUBJECT_NEARNESS), 6);
  });

  test('keeps its size in a dolly zoom while the background recedes', () => {
    const width = (t: number, which: 'behind' | 'subject') =>
      seen('dolly_zoom', t, which, 0.55)[0] - seen('dolly_zoom', t, which, 0.45)[0];
    for (const t of [0.3, 0.7, 1]) expect(width(t, 'subject') / width(0, 'subject')).toBeCloseTo(1, 6);
    expect(width(1, 'behind') / width(0, 'behind')).toBeLessThan(0.97);
  });

  test('spins about itself and floats above its place', () => {
    const middle = (move: CameraMove, t: number) => seen(move, t, 'subject');
    const half = (t: number, fx: number) =>
      Math.abs(seen('spin', t, 'subject', fx)[0] - middle('spin', t)[0]);
    expect(half(0.25, 0.62)).toBeLessThan(0.97 * half(0, 0.62));
    expect(middle('float', 0.5)[1]).toBeLessThan(middle('float', 0)[1] - 10);
    expect(middle('float', 1)[1]).toBeCloseTo(middle('float', 0)[1], 6);
  });

  const cases = [0.3, 1].flatMap((strength) =>
    [false, true].flatMap((loop) =>
      [middle, { x: 0, y: 0 }, { x: 0.1, y: 0.9 }, { x: 1, y: 1 }].map((focus) => ({
        strength,
        loop,
        focus,
      })),
    ),
  );

  test.each(layeredMoves)(
    'cut off by the edge of the photo, its own edge stays out of sight in %s',
    (move) => {
      const edge = { box: { x: 0.3, y: 0.4, width: 0.4, height: 0.6 }, cut: true };
      for (const { strength, loop, focus } of cases)
        for (
          let t = 0, path = scenePath({ move, strength, loop, focus }, photo, frame, edge);
          t <= 1;
          t += 1 / 23
        ) {
          const { subject } = path(t);
          for (const [x, y] of corners(frame)) {
            const [px, py] = applied(subject ?? new Float64Array(9), x, y);
            expect(px >= -1e-6 && py >= -1e-6 && px <= photo.width + 1e-6 && py <= photo.height + 1e-6).toBe(
              true,
            );
          }
        }
    },
  );

  test('cut off at a side, it is not carried out there by coming nearer', () => {
    const edge = { box: { x: 0, y: 0.3, width: 0.2, height: 0.4 }, cut: true };
    const push: MoveOptions = { move: 'push_in', strength: 1, focus: { x: 0.1, y: 0.5 } };
    const path = scenePath(push, photo, frame, edge);
    for (const t of [0, 0.5, 1]) {
      const { behind, subject } = path(t);
      for (const plane of [behind, subject ?? new Float64Array(9)])
        expect(applied(inverted(plane), 0, 0.5 * photo.height)[0]).toBeCloseTo(0, 3);
    }
  });
});

test('the CSS matrix is the inverse of the sampling matrix', () => {
  for (const move of cameraMoves) {
    const m = frameMatrix(options(move), photo, frame, 0.8);
    const [x, y] = apply(m, 200, 500);
    const [sx, sy] = onScreen(options(move), 0.8, x / photo.width, y / photo.height);
    expect(sx).toBeCloseTo(200, 4);
    expect(sy).toBeCloseTo(500, 4);
  }
});
