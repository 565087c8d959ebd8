import type { Size } from '../moves/index.ts';
import {
  black,
  blocksUnder,
  contrast,
  MIN_CONTRAST,
  luminance,
  opacityNeeded,
  parseColour,
  readable,
  white,
} from './contrast.ts';
import type { Rgb } from './contrast.ts';
import { designOf } from './check.ts';
import { layOut } from './layout.ts';
import type { PlacedGroup } from './layout.ts';
import type { BrandTemplate, Colours } from './model.ts';
import { poseAt, timingOf } from './motion.ts';
import { paintItem, paintPanel, paintScrim } from './paint.ts';
import { Painter } from './painter.ts';
import { atRest, merged } from './tile.ts';
import type { Tile } from './tile.ts';

export interface OverlayClip {
  frame: Size;
  fps: number;
  frameCount: number;
  /** A loop has no beginning: everything stands there all the time. */
  loop: boolean;
  /** The picture alone, to see what lies under the texts; good until the next call. */
  camera: (index: number) => Uint8Array;
}

interface Element {
  tile: Tile;
  index: number;
  fadeOnly: boolean;
}

export interface Overlay {
  /** What is to be seen of it, laid over the frame with this number. The bytes change with the next call. */
  draw(frame: Uint8Array, index: number): Uint8Array;
  /** The same with everything in its place, as for a poster. */
  settle(frame: Uint8Array): Uint8Array;
}

/** Draws the template's parts once; afterwards frames only blend them. Throws a RenderError for what it cannot. */
export async function prepareOverlay(template: BrandTemplate, clip: OverlayClip): Promise<Overlay> {
  const { frame } = clip;
  const design = designOf(template);
  const colours = { ...design.colours, ...template.colours };
  const { groups, rtl } = await layOut(template, design, frame);
  const { elements, count } = elementsOf(groups, { colours, clip, rtl });
  const timing = timingOf(design, count, clip.frameCount / clip.fps, template.motion === 'reduced');
  const unit = Math.min(frame.width, frame.height);
  const tiles = elements.map(({ tile }) => tile);
  // Most of a clip shows everything in its place: that is blended as one.
  const settled = merged(tiles, frame);
  const painter = new Painter(frame, [...tiles, ...settled], tiles);
  const whole = settled.map((tile) => ({ tile, pose: atRest }));
  return {
    draw(below, at) {
      if (clip.loop) return painter.paint(below, whole);
      const shown = elements.flatMap(({ tile, index, fadeOnly }) => {
        const given = { design, motion: template.motion, unit, rtl, fadeOnly };
        const pose = poseAt(at / clip.fps, index, timing, given);
        return pose ? [{ tile, pose }] : [];
      });
      if (shown.length === 0) return below;
      const isSettled = shown.length === elements.length && shown.every(({ pose }) => pose === atRest);
      return painter.paint(below, isSettled ? whole : shown);
    },
    settle: (below) => painter.paint(below, whole),
  };
}

/** Backdrops first: no group's scrim darkens another group's logo. `count` is that of the elements that enter. */
function elementsOf(groups: readonly PlacedGroup[], given: Given): { elements: Element[]; count: number } {
  const backdrops: Element[] = [];
  const contents: Element[] = [];
  for (const group of groups) {
    const painted = paintGroup(group, given);
    const index = contents.length;
    const fadeOnly = group.group.backdrop.kind !== 'panel';
    if (painted.backdrop) backdrops.push({ tile: painted.backdrop, index, fadeOnly });
    painted.items.forEach((tile, i) => contents.push({ tile, index: index + i, fadeOnly: false }));
  }
  return { elements: [...backdrops, ...contents], count: contents.length };
}

interface Given {
  colours: Colours;
  clip: OverlayClip;
  rtl: boolean;
}

function paintGroup(
  placed: PlacedGroup,
  { colours, clip, rtl }: Given,
): { backdrop: Tile | null; items: Tile[] } {
  const { frame } = clip;
  const { backdrop } = placed.group;
  const panel = parseColour(colours.panel);
  const accent = parseColour(colours.accent);
  const wanted = parseColour(colours.text);
  const isPanel = backdrop.kind === 'panel';
  // A scrim is as dark or as light as the text is not.
  const under: Rgb = isPanel ? panel : luminance(wanted) > 0.18 ? black : white;
  const text = readable(wanted, under);
  const loose = placed.items.filter(({ padding, logo }) => padding.x === 0 && !logo);
  const seen = [0, 0.25, 0.5, 0.75, 1].flatMap((share) =>
    blocksUnder(clip.camera(Math.round(share * (clip.frameCount - 1))), frame, placed),
  );
  const opacity = loose.length === 0 ? backdrop.opacity : opacityNeeded(text, under, seen, backdrop.opacity);
  const tile =
    opacity === 0 || (backdrop.kind === 'none' && loose.length === 0)
      ? null
      : isPanel
        ? paintPanel(placed, panel, opacity, frame)
        : paintScrim(placed, { frame, colour: under, opacity, side: placed.side });
  const label = contrast(wanted, accent) >= MIN_CONTRAST ? wanted : readable(panel, accent);
  const items = placed.items.map((one) => {
    const isShape = one.padding.x > 0;
    const plain = one.item.colour === 'accent' ? readable(accent, under) : text;
    // An accent that only a whole backdrop would carry gives way to the text's colour.
    const loud = plain === text || opacityNeeded(plain, under, seen, opacity) <= opacity ? plain : text;
    const colour = isShape ? label : loud;
    return paintItem(one, { frame, text: colour, shape: accent, align: placed.align, rtl });
  });
  return { backdrop: tile, items };
}
