import { createCanvas } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { typefaceFor } from './fonts.ts';
import type { Typeface } from './fonts.ts';
import type { BrandTemplate, FontName } from './model.ts';

type Font = FontName | Exclude<BrandTemplate['font'], string | undefined>;

export interface TextStyle {
  font: Font;
  weight: number;
  /** All texts of the template: what tells whose Han characters these are. */
  hint: string;
}

/** Text broken into lines; lengths in pixels. */
export interface TextBlock {
  lines: string[];
  size: number;
  width: number;
  height: number;
  /** From the block's top to the first line's baseline, and from line to line. */
  ascent: number;
  leading: number;
  rtl: boolean;
  typeface: Typeface;
  weight: number;
}

const EM = 100;
const scratch = createCanvas(8, 8).getContext('2d');
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Whether the first letter with a direction is one of a right-to-left script. */
export const isRtl = (text: string): boolean =>
  /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u.test(text);

export function useFont(
  context: SKRSContext2D,
  block: Pick<TextBlock, 'typeface' | 'weight' | 'rtl'>,
  size: number,
) {
  context.font = `${Math.round(block.weight)} ${size}px ${block.typeface.families}`;
  context.lang = block.typeface.lang;
  context.direction = block.rtl ? 'rtl' : 'ltr';
}

/** Where a line may end without a space: between words of scripts that write none, after a hyphen. */
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー、。！？）」』]/u;
/** What may not begin a line, and what may not end one. */
const noStart = /^[\p{Pe}\p{Pf}\p{Po}ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ%％]/u;
const noEnd = /[\p{Ps}\p{Pi}\p{Sc}#]$/u;

/** Pieces between which a line may break; spaces stand at their ends. */
function pieces(text: string, lang: string): string[] {
  const found: string[] = [];
  for (const { segment } of new Intl.Segmenter(lang, { granularity: 'word' }).segment(text)) {
    const last = found.at(-1);
    const open = last !== undefined && /\s$/.test(last);
    const free =
      last !== undefined &&
      !noStart.test(segment) &&
      !noEnd.test(last) &&
      (/[-–—/]$/.test(last) || spaceless.test(last.slice(-1)) || spaceless.test(segment.slice(0, 1)));
    if (last === undefined || (!/^\s/.test(segment) && (open || free))) found.push(segment);
    else found[found.length - 1] = last + segment;
  }
  return found;
}

type Measure = (text: string) => number;

function breakLines(parts: readonly string[], width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line !== '' && measure((line + part).trimEnd()) > width) {
      lines.push(line.trim());
      line = '';
    }
    line += part;
  }
  return line.trim() === '' ? lines : [...lines, line.trim()];
}

/** The same number of lines, as even as they can be. */
function balanced(parts: readonly string[], width: number, measure: Measure): string[] {
  const lines = breakLines(parts, width, measure);
  let [low, high] = [width / 2, width];
  for (let i = 0; i < 7 && lines.length > 1; i++) {
    const middle = (low + high) / 2;
    const tried = breakLines(parts, middle, measure);
    if (tried.length === lines.length && tried.every((line) => measure(line) <= middle)) high = middle;
    else low = middle;
  }
  return high === width ? lines : breakLines(parts, high, measure);
}

function withEllipsis(line: string, width: number, measure: Measure): string {
  const kept = [...graphemes.segment(line)].map(({ segment }) => segment);
  while (kept.length > 0 && measure(`${kept.join('').trimEnd()}…`) > width) kept.pop();
  return `${kept.join('').trimEnd()}…`;
}

/** As large as fits, never smaller than `floor`; what does not fit even so ends in an ellipsis. */
export function fitText(
  text: string,
  style: TextStyle,
  box: { width: number; size: number; floor: number; lines: number },
): TextBlock {
  const typeface = typefaceFor(`${text}…`, style.font, style.hint);
  const rtl = isRtl(text);
  const { weight } = style;
  useFont(scratch, { typeface, weight, rtl }, EM);
  // One per cent to spare: advances at other sizes differ by rounding.
  const measure: Measure = (line) => (scratch.measureText(line).width / EM) * 1.01;
  const parts = pieces(text, typeface.lang);
  let { size } = box;
  let lines: string[] = [];
  for (;;) {
    const width = box.width / size;
    lines = balanced(parts, width, measure);
    if (lines.length <= box.lines && lines.every((line) => measure(line) <= width)) break;
    if (size <= box.floor) {
      lines = cut(parts, width, box.lines, measure);
      break;
    }
    size = Math.max(box.floor, size * 0.96);
  }
  const metrics = lines.map((line) => scratch.measureText(line));
  const tall = (values: number[], least: number) =>
    size * Math.max(least, ...values.map((value) => value / EM));
  const ascent = tall(
    metrics.map((m) => m.actualBoundingBoxAscent),
    0.74,
  );
  const descent = tall(
    metrics.map((m) => m.actualBoundingBoxDescent),
    0.18,
  );
  const leading = Math.max(1.16 * size, ascent + descent + 0.08 * size);
  const width = size * Math.max(...lines.map(measure));
  const height = ascent + (lines.length - 1) * leading + descent;
  return { lines, size, width, height, ascent, leading, rtl, typeface, weight };
}

/** A word's letters, closing marks and small kana kept with what they follow. */
function letters(word: string): string[] {
  const found: string[] = [];
  for (const { segment } of graphemes.segment(word)) {
    const last = found.at(-1);
    if (last !== undefined && (noStart.test(segment) || noEnd.test(last)))
      found[found.length - 1] = last + segment;
    else found.push(segment);
  }
  return found;
}

/** Words longer than a line are broken between letters; the last line says that there was more. */
function cut(parts: readonly string[], width: number, most: number, measure: Measure): string[] {
  const small = parts.flatMap((part) => (measure(part.trimEnd()) <= width ? [part] : letters(part)));
  const lines = breakLines(small, width, measure);
  if (lines.length <= most) return lines;
  return [
    ...lines.slice(0, most - 1),
    withEllipsis(
      lines
        .slice(most - 1)
        .join(' ')
        .slice(0, 400),
      width,
      measure,
    ),
  ];
}
