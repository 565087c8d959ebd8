import type { Size } from '../moves/index.ts';
import { findBackdrop, type Backdrop } from './backdrop.ts';
import { toLab } from './colour.ts';
import { findFaces } from './faces/index.ts';
import { boxOfPatch, findPatch, PATCH_SIDE, type Patch } from './patch/index.ts';
import { peopleIn } from './people/index.ts';
import { resized, workingSize } from './resize.ts';
import { SALIENT_SIDE, standsOut, type Salience } from './salience.ts';
import { segment, type Segment } from './segment.ts';
import { LAYER_CONFIDENCE, middleOf, unionOf, type Box, type SubjectAnalysis } from './types.ts';

/** A border of which the backdrop explains less than this is not plain. */
const PLAIN = 0.9;

interface Working extends Size {
  rgb: Uint8Array;
}

/** 0 at `low`, 1 at `high`, smooth between. */
function between(value: number, low: number, high: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/**
 * How good a cut-out will be: a background that is plain all around, one subject of some size, and a rim that can be
 * told from what lies behind. What has edges and was taken for background is a part that would be left behind, or a
 * background that is not as plain as it seemed. Each can spoil it alone.
 */
const confidenceOf = ({ inliers }: Backdrop, { coverage, dominance, contrast, edges }: Segment): number =>
  between(inliers, 0.72, 0.92) *
  between(dominance, 0.6, 0.88) *
  between(contrast, 0.9, 1.6) *
  between(coverage, 0.01, 0.035) *
  (1 - between(edges, 0.001, 0.003)) *
  (1 - between(coverage, 0.8, 0.92));

/**
 * Looks at a photo (8-bit RGB, upright) and tells its subject from its background where the background is plain.
 * Where it is not there is only a guess where to look. Faces are looked for only where that is asked for, and whoever
 * they belong to is cut out only where that is.
 */
export async function lookAt(
  rgb: Uint8Array,
  size: Size,
  { faces = true, people = false } = {},
): Promise<SubjectAnalysis> {
  const smaller = workingSize(size);
  const working = { ...smaller, rgb: await resized(rgb, 3, size, smaller) };
  const backdrop = Math.min(working.width, working.height) < 16 ? null : findBackdrop(working.rgb, working);
  if (!backdrop || backdrop.inliers < PLAIN) {
    const scene = await sceneOf(working, backdrop, faces);
    const asked = people && scene.kind === 'person' && !scene.patch;
    return asked ? { ...scene, people: await peopleIn(working.rgb, working, scene.faces) } : scene;
  }
  const found = segment(toLab(working.rgb, working), backdrop);
  const confidence = confidenceOf(backdrop, found);
  const patch = confidence < LAYER_CONFIDENCE ? await patchOf(working) : null;
  const box = patch ? boxOfPatch(patch) : boxOf(found.mask, working);
  return {
    kind: isGraphic(working) ? 'graphic' : 'product_plain',
    segment: confidence > 0.3 && box ? { ...working, mask: found.mask, traces: found.traces } : null,
    confidence,
    patch,
    people: null,
    box,
    guess: null,
    faces: [],
    focus: box ? middleOf(box) : { x: 0.5, y: 0.5 },
    background: { plain: true, colour: colourAround(working) },
  };
}

async function patchOf(working: Working): Promise<Patch | null> {
  const smaller = workingSize(working, PATCH_SIDE);
  return findPatch(await resized(working.rgb, 3, working, smaller), smaller);
}

async function salienceOf(working: Working): Promise<Salience> {
  const smaller = workingSize(working, SALIENT_SIDE);
  return standsOut(await resized(working.rgb, 3, working, smaller), smaller);
}

async function sceneOf(
  working: Working,
  backdrop: Backdrop | null,
  wanted: boolean,
): Promise<SubjectAnalysis> {
  const patch = await patchOf(working);
  const graphic = isGraphic(working);
  const faces = graphic || !wanted ? [] : findFaces(working.rgb, working);
  const box = patch && boxOfPatch(patch);
  const around = unionOf(faces) ?? box;
  // A guess is for where nothing is certain.
  const { box: guess, focus } = around ? { box: null, focus: middleOf(around) } : await salienceOf(working);
  return {
    kind: graphic ? 'graphic' : faces.length > 0 ? 'person' : 'scene',
    segment: null,
    confidence: backdrop ? 0.3 * backdrop.inliers : 0,
    patch,
    people: null,
    box,
    faces,
    guess,
    focus,
    background: { plain: patch?.open ?? false, colour: colourAround(working) },
  };
}

function boxOf(mask: Uint8Array, { width, height }: Size): Box | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) return null;
  return {
    x: left / width,
    y: top / height,
    width: (right + 1 - left) / width,
    height: (bottom + 1 - top) / height,
  };
}

/** The middle colour of the border. */
function colourAround({ rgb, width, height }: Working): [number, number, number] {
  const channel = (offset: number): number => {
    const values: number[] = [];
    for (let x = 0; x < width; x++)
      values.push(rgb[3 * x + offset] ?? 0, rgb[3 * ((height - 1) * width + x) + offset] ?? 0);
    for (let y = 0; y < height; y++)
      values.push(rgb[3 * y * width + offset] ?? 0, rgb[3 * (y * width + width - 1) + offset] ?? 0);
    return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  };
  return [channel(0), channel(1), channel(2)];
}

/** Few colours and nothing between them: drawn, not photographed. */
function isGraphic({ rgb }: Working): boolean {
  const counts = new Map<number, number>();
  const pixels = rgb.length / 3;
  for (let i = 0; i < rgb.length; i += 3) {
    const key = ((rgb[i] ?? 0) << 16) | ((rgb[i + 1] ?? 0) << 8) | (rgb[i + 2] ?? 0);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    // A photo has more shades in its first rows than a drawing has in all.
    if (counts.size > 4096) return false;
  }
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, 8);
  return most.reduce((sum, count) => sum + count, 0) > 0.85 * pixels;
}
