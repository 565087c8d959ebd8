import { basename } from 'node:path';
import type { Size } from '../moves/index.ts';
import { fitted } from './shrink.ts';

/** What one tile stands for. */
export const STORYBOARD_STEP_S = 0.5;
const TILE_SIDE = 160;
const COLUMNS = 5;

export interface Sheet {
  tile: Size;
  size: Size;
  at: (index: number) => { left: number; top: number };
}

/** Where the tiles lie: row by row, five to a row. */
export function layout(frame: Size, count: number): Sheet {
  const tile = fitted(frame, TILE_SIDE);
  const columns = Math.min(COLUMNS, count);
  return {
    tile,
    size: { width: tile.width * columns, height: tile.height * Math.ceil(count / columns) },
    at: (i) => ({ left: tile.width * (i % columns), top: tile.height * Math.floor(i / columns) }),
  };
}

const clock = (seconds: number) => {
  const ms = Math.round(seconds * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
};

/** WebVTT whose cues name a tile by a media fragment (`#xywh`), as players read thumbnails for their seek bar. */
export function cues(image: string, { tile, at }: Sheet, count: number, durationS: number): string {
  const file = encodeURIComponent(basename(image));
  const blocks = Array.from({ length: count }, (_, i) => {
    const end = Math.min(durationS, (i + 1) * STORYBOARD_STEP_S);
    const { left, top } = at(i);
    return `${clock(i * STORYBOARD_STEP_S)} --> ${clock(end)}\n${file}#xywh=${left},${top},${tile.width},${tile.height}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}
