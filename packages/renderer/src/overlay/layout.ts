import type { Size } from '../moves/index.ts';
import type { Rect } from './contrast.ts';
import { cleanText } from './check.ts';
import { readLogo } from './logo.ts';
import type { Logo } from './logo.ts';
import { safeArea } from './model.ts';
import type { Anchor, BrandTemplate, Group, Item, TemplateDesign } from './model.ts';
import { fitText, isRtl } from './text.ts';
import type { TextBlock } from './text.ts';

/** One thing to draw, in frame pixels. */
export interface Placed extends Rect {
  item: Item;
  text?: TextBlock;
  /** The old price, beside the price and on its baseline. */
  old?: TextBlock & { x: number };
  logo?: Logo;
  /** Room between a shape's edge and its text. */
  padding: { x: number; y: number };
}

export interface PlacedGroup extends Rect {
  group: Group;
  align: 'left' | 'center' | 'right';
  side: 'top' | 'middle' | 'bottom';
  items: Placed[];
}

const mirrored = (anchor: Anchor): Anchor =>
  (anchor.includes('left') ? anchor.replace('left', 'right') : anchor.replace('right', 'left')) as Anchor;

/** The texts as they are drawn, without the empty ones. */
const cleanTexts = (template: BrandTemplate): BrandTemplate['texts'] =>
  Object.fromEntries(
    Object.entries(template.texts)
      .map(([role, text]) => [role, cleanText(text)])
      .filter(([, text]) => text !== ''),
  );

/** Where everything stands: inside the safe area, whatever the texts' lengths. */
export async function layOut(
  template: BrandTemplate,
  design: TemplateDesign,
  frame: Size,
): Promise<{ groups: PlacedGroup[]; rtl: boolean }> {
  const texts = cleanTexts(template);
  const rtl = isRtl(texts.title ?? Object.values(texts).join(' '));
  const unit = Math.min(frame.width, frame.height);
  const groups: PlacedGroup[] = [];
  for (const group of design.groups) {
    const room = roomFor(group, frame, rtl);
    // Smaller as a whole when its lines do not fit one above the other.
    for (let scale = 1; ; scale *= 0.88) {
      const items = await measureItems(group, {
        template,
        design,
        texts,
        unit: unit * scale,
        width: room.inner,
      });
      if (items.length === 0) break;
      const placed = place(group, items, room, unit * scale);
      if (placed.height <= room.height || scale < 0.35) {
        groups.push(placed);
        break;
      }
    }
  }
  return { groups, rtl };
}

interface Room extends Rect {
  anchor: Anchor;
  /** Greatest width of an item. */
  inner: number;
  /** Height of the safe area, of which the group may take `height`. */
  whole: number;
  pad: number;
}

function roomFor(group: Group, frame: Size, rtl: boolean): Room {
  const safe = safeArea(frame);
  const wanted = (frame.height > frame.width ? group.tallAnchor : undefined) ?? group.anchor;
  const anchor = rtl ? mirrored(wanted) : wanted;
  const isSided = /left|right/.test(anchor);
  // What is centred stands in the middle of the frame, not of the safe area.
  const even = Math.max(safe.left, safe.right);
  const [left, right] = isSided ? [safe.left, safe.right] : [even, even];
  const unit = Math.min(frame.width, frame.height);
  const width = frame.width * (1 - left - right);
  const pad = group.backdrop.kind === 'panel' ? 0.045 * unit : 0;
  // Two corners at the same height share the width; others take at most four fifths of the height.
  const isBand = group.width <= 0.5;
  return {
    anchor,
    x: frame.width * left,
    y: frame.height * safe.top,
    width,
    height: frame.height * (1 - safe.top - safe.bottom) * (isBand ? 0.22 : 0.74),
    whole: frame.height * (1 - safe.top - safe.bottom),
    inner: Math.min(group.width * unit, isBand && isSided ? width * 0.46 : width) - 2 * pad,
    pad,
  };
}

interface Measured {
  template: BrandTemplate;
  design: TemplateDesign;
  texts: BrandTemplate['texts'];
  unit: number;
  width: number;
}

async function measureItems(group: Group, given: Measured): Promise<Placed[]> {
  const found: Placed[] = [];
  for (const item of group.items) {
    const placed = item.role === 'logo' ? await measureLogo(item, given) : measureText(item, given);
    if (placed) found.push(placed);
  }
  return found;
}

async function measureLogo(item: Item, { template, unit, width }: Measured): Promise<Placed | null> {
  if (template.logo === undefined) return null;
  // A wide wordmark may be wider than tall, up to four times.
  const logo = await readLogo(template.logo, {
    width: Math.min(width, 4 * item.size * unit),
    height: item.size * unit,
  });
  return { item, x: 0, y: 0, width: logo.width, height: logo.height, logo, padding: { x: 0, y: 0 } };
}

function measureText(item: Item, { template, design, texts, unit, width }: Measured): Placed | null {
  const role = item.role === 'logo' ? 'title' : item.role;
  const raw = texts[role];
  if (raw === undefined) return null;
  const size = item.size * unit;
  const isShape = item.shape === 'pill' || item.shape === 'tag';
  const padding = isShape
    ? { x: size * (item.shape === 'pill' ? 0.95 : 0.5), y: size * 0.5 }
    : { x: 0, y: 0 };
  const hint = Object.values(texts).join(' ');
  const chosen = template.font ?? item.font ?? design.font;
  const font = typeof chosen === 'string' ? (item.font ?? chosen) : chosen;
  const style = { font, weight: item.weight ?? 600, hint };
  const text = fitText(item.uppercase ? raw.toUpperCase() : raw, style, {
    width: width - 2 * padding.x,
    size,
    floor: (item.floor ?? 0.6 * item.size) * unit,
    lines: isShape || item.role === 'price' ? 1 : (item.lines ?? 2),
  });
  const placed: Placed = {
    item,
    x: 0,
    y: 0,
    width: text.width + 2 * padding.x,
    height: text.height + 2 * padding.y,
    text,
    padding,
  };
  const before = item.role === 'price' ? texts.old_price : undefined;
  if (before === undefined) return placed;
  const gap = text.size * 0.36;
  const small = text.size * 0.58;
  const old = fitText(
    before,
    { font, weight: 450, hint },
    {
      width: Math.max(small, width - text.width - gap),
      size: small,
      floor: small * 0.5,
      lines: 1,
    },
  );
  return { ...placed, width: text.width + gap + old.width, old: { ...old, x: text.width + gap } };
}

function place(group: Group, items: Placed[], room: Room, unit: number): PlacedGroup {
  const { anchor, pad } = room;
  const align = anchor.includes('left') ? 'left' : anchor.includes('right') ? 'right' : 'center';
  const side = anchor.includes('top') ? 'top' : anchor.includes('bottom') ? 'bottom' : 'middle';
  const gaps = items.map((item, i) => (i === 0 ? 0 : (item.item.gap ?? 0.02) * unit));
  const width = Math.max(...items.map((item) => item.width)) + 2 * pad;
  const height = items.reduce((sum, item, i) => sum + item.height + (gaps[i] ?? 0), 0) + 2 * pad;
  const share = { left: 0, top: 0, center: 0.5, middle: 0.5, right: 1, bottom: 1 };
  const x = room.x + (room.width - width) * share[align];
  const y = room.y + (room.whole - height) * share[side];
  let top = y + pad;
  const placed = items.map((item, i) => {
    top += gaps[i] ?? 0;
    const at = { ...item, x: x + pad + (width - 2 * pad - item.width) * share[align], y: top };
    top += item.height;
    return at;
  });
  return { group, align, side, x, y, width, height, items: placed };
}
