import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Size } from '../moves/index.ts';
import type { Rect, Rgb } from './contrast.ts';
import type { Placed } from './layout.ts';
import { useFont } from './text.ts';
import type { TextBlock } from './text.ts';
import { tileFromRgba } from './tile.ts';
import type { Tile } from './tile.ts';

const css = ([r, g, b]: Rgb, alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;

/** A rectangle with room around it, on even pixels and inside the frame. */
function evenRect({ x, y, width, height }: Rect, room: number, frame: Size): Rect {
  const left = Math.max(0, 2 * Math.floor((x - room) / 2));
  const top = Math.max(0, 2 * Math.floor((y - room) / 2));
  const right = Math.min(frame.width, 2 * Math.ceil((x + width + room) / 2));
  const bottom = Math.min(frame.height, 2 * Math.ceil((y + height + room) / 2));
  return { x: left, y: top, width: Math.max(2, right - left), height: Math.max(2, bottom - top) };
}

function drawn(rect: Rect, room: number, frame: Size, draw: (context: SKRSContext2D) => void): Tile {
  const at = evenRect(rect, room, frame);
  const context = createCanvas(at.width, at.height).getContext('2d');
  context.translate(-at.x, -at.y);
  draw(context);
  return tileFromRgba(context.getImageData(0, 0, at.width, at.height).data, at);
}

function drawLines(
  context: SKRSContext2D,
  block: TextBlock,
  x: number,
  y: number,
  width: number,
  align: 'left' | 'center' | 'right',
) {
  useFont(context, block, block.size);
  context.textAlign = align;
  const at = x + { left: 0, center: width / 2, right: width }[align];
  block.lines.forEach((line, i) => context.fillText(line, at, y + block.ascent + i * block.leading));
}

/** A text, a price with the old one, a label on its shape, or the logo. */
export function paintItem(
  placed: Placed,
  look: { frame: Size; text: Rgb; shape: Rgb; align: 'left' | 'center' | 'right'; rtl: boolean },
): Tile {
  const { x, y, width, height, padding, text, old, logo, item } = placed;
  return drawn(placed, 0.3 * (text?.size ?? 0), look.frame, (context) => {
    if (logo) {
      const mark = createCanvas(logo.width, logo.height);
      mark
        .getContext('2d')
        .putImageData(new ImageData(new Uint8ClampedArray(logo.rgba), logo.width, logo.height), 0, 0);
      context.drawImage(mark, Math.round(x), Math.round(y));
    }
    if (!text) return;
    if (padding.x > 0) {
      context.fillStyle = css(look.shape);
      context.beginPath();
      context.roundRect(x, y, width, height, item.shape === 'pill' ? height / 2 : text.size * 0.14);
      context.fill();
    }
    context.fillStyle = css(look.text);
    if (!old) {
      drawLines(context, text, x + padding.x, y + padding.y, width - 2 * padding.x, look.align);
      return;
    }
    drawLines(context, text, look.rtl ? x + width - text.width : x, y, text.width, 'left');
    const from = look.rtl ? x : x + old.x;
    const base = y + text.ascent - old.ascent;
    context.fillStyle = css(look.text, 0.82);
    drawLines(context, old, from, base, old.width, 'left');
    context.fillRect(
      from - 0.04 * old.size,
      base + old.ascent - 0.36 * old.size,
      old.width + 0.06 * old.size,
      0.075 * old.size,
    );
  });
}

export function paintPanel(rect: Rect, colour: Rgb, opacity: number, frame: Size): Tile {
  const radius = 0.028 * Math.min(frame.width, frame.height);
  return drawn(rect, 0, frame, (context) => {
    context.fillStyle = css(colour, opacity);
    context.beginPath();
    context.roundRect(rect.x, rect.y, rect.width, rect.height, radius);
    context.fill();
  });
}

/** Full behind the rectangle and out to the frame's edges on its own sides, fading softly elsewhere. */
export function paintScrim(
  rect: Rect,
  {
    frame,
    colour,
    opacity,
    side,
  }: { frame: Size; colour: Rgb; opacity: number; side: 'top' | 'middle' | 'bottom' },
): Tile {
  const unit = Math.min(frame.width, frame.height);
  const room = 0.02 * unit;
  const soft = { near: 0.26 * unit };
  const whole = side === 'middle';
  const top = side === 'top' || whole ? -Infinity : rect.y - room;
  const bottom = side === 'bottom' || whole ? Infinity : rect.y + rect.height + room;
  const tileRect = whole
    ? { x: 0, y: 0, ...frame }
    : evenRect(
        { x: 0, width: frame.width, y: side === 'top' ? 0 : top - soft.near, height: frame.height },
        0,
        frame,
      );
  const rgba = new Uint8Array(tileRect.width * tileRect.height * 4);
  for (let v = 0; v < tileRect.height; v++) {
    const y = v + tileRect.y + 0.5;
    const t = Math.min(1, Math.max(0, top - y, y - bottom) / soft.near);
    const alpha = Math.round(255 * opacity * (1 - t * t * (3 - 2 * t)));
    for (let p = 4 * v * tileRect.width; p < 4 * (v + 1) * tileRect.width; p += 4) {
      rgba[p] = colour[0];
      rgba[p + 1] = colour[1];
      rgba[p + 2] = colour[2];
      rgba[p + 3] = alpha;
    }
  }
  return tileFromRgba(rgba, tileRect);
}
