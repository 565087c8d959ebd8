import type { BrandTemplate, Easing, MotionKind, TemplateDesign, Time } from './model.ts';
import { atRest } from './tile.ts';
import type { Pose } from './tile.ts';

export interface Timing {
  /** When the element with this number enters, and how long that takes; seconds. */
  enter: (index: number) => { at: number; lasts: number };
  exitAt: number;
  exitLasts: number;
}

const seconds = (time: Time, clip: number): number =>
  typeof time === 'number' ? time : (parseFloat(time) / 100) * clip;

/** All is settled by three quarters of the clip at the latest, and half of what is left may be the exit. */
export function timingOf(
  { entrance, exit }: TemplateDesign,
  count: number,
  clip: number,
  reduced: boolean,
): Timing {
  const start = Math.min(seconds(entrance.start, clip), clip * 0.5);
  const stagger = reduced ? 0 : seconds(entrance.stagger, clip);
  const lasts = entrance.kind === 'none' ? 0 : seconds(entrance.duration, clip);
  const whole = lasts + stagger * Math.max(0, count - 1);
  const squeeze = Math.min(1, (clip * 0.75 - start) / Math.max(1e-9, whole));
  const exitLasts = exit.kind === 'none' ? 0 : Math.min(seconds(exit.duration, clip), clip * 0.12);
  return {
    enter: (index) => ({ at: start + index * stagger * squeeze, lasts: lasts * squeeze }),
    exitAt: clip - exitLasts,
    exitLasts,
  };
}

const eased = (t: number, easing: Easing = 'ease_out'): number => {
  const share = Math.min(1, Math.max(0, t));
  if (easing === 'linear') return share;
  if (easing === 'ease_in_out') return share * share * (3 - 2 * share);
  return 1 - (1 - share) ** 3;
};

/** Where the element is at `time`; null while it is not there. */
export function poseAt(
  time: number,
  index: number,
  timing: Timing,
  given: {
    design: TemplateDesign;
    motion: BrandTemplate['motion'];
    unit: number;
    rtl: boolean;
    fadeOnly: boolean;
  },
): Pose | null {
  const { design, unit, rtl } = given;
  const { at, lasts } = timing.enter(index);
  const entered = lasts === 0 ? (time >= at ? 1 : 0) : eased((time - at) / lasts, design.entrance.easing);
  const left =
    timing.exitLasts === 0
      ? 0
      : eased((time - timing.exitAt) / timing.exitLasts, design.exit.easing ?? 'linear');
  if (entered <= 0 || left >= 1) return null;
  const plain = given.motion === 'reduced' || given.fadeOnly;
  const kind = (wanted: MotionKind): MotionKind => (plain && wanted !== 'none' ? 'fade' : wanted);
  const pose =
    left > 0
      ? poseOf(kind(design.exit.kind), 1 - left, unit, rtl)
      : poseOf(kind(design.entrance.kind), entered, unit, rtl);
  return pose;
}

function poseOf(kind: MotionKind, shown: number, unit: number, rtl: boolean): Pose {
  if (shown >= 1 || kind === 'none') return atRest;
  const away = 1 - shown;
  if (kind === 'wipe') return { ...atRest, reveal: shown, fromRight: rtl };
  const pose = { ...atRest, opacity: shown };
  if (kind === 'rise') return { ...pose, dy: away * 0.06 * unit };
  if (kind === 'slide') return { ...pose, dx: away * 0.14 * unit * (rtl ? 1 : -1) };
  if (kind === 'scale') return { ...pose, scale: 1 - 0.16 * away };
  return pose;
}
