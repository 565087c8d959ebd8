import type { Size, SubjectPlace } from '../moves/index.ts';
import { maskPlanes, type Plane } from '../sampling/planes.ts';
import type { Rect } from './plan.ts';

/** How dark the middle of a contact shadow is, of 255. */
const DARKEST = 92;

/**
 * The soft shadow of something that floats: an ellipse below it, as wide as it is, fading to nothing. A mask of the
 * whole photo, and where it is not empty.
 */
export function shadowOf(
  { x, y, width, height }: SubjectPlace['box'],
  photo: Size,
): { mask: [Plane, Plane]; rect: Rect } {
  const [cx, cy] = [(x + width / 2) * photo.width, Math.min(0.985, y + height) * photo.height];
  const rx = 0.52 * width * photo.width;
  const ry = Math.max(3, 0.085 * Math.min(width * photo.width, height * photo.height));
  const mask = new Uint8Array(photo.width * photo.height);
  const rect = {
    left: Math.max(0, Math.floor(cx - rx)),
    top: Math.max(0, Math.floor(cy - ry)),
    right: Math.min(photo.width, Math.ceil(cx + rx)),
    bottom: Math.min(photo.height, Math.ceil(cy + ry)),
  };
  for (let py = rect.top; py < rect.bottom; py++)
    for (let px = rect.left; px < rect.right; px++) {
      const away = ((px + 0.5 - cx) / rx) ** 2 + ((py + 0.5 - cy) / ry) ** 2;
      const inside = Math.max(0, 1 - away);
      mask[py * photo.width + px] = DARKEST * inside * inside;
    }
  const { left, top, right, bottom } = rect;
  return { mask: maskPlanes(mask, photo), rect: { left, top, width: right - left, height: bottom - top } };
}
