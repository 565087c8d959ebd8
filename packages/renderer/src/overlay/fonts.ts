import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import { RenderError } from '../errors.ts';
import { fontCoverage } from './cmap.ts';
import type { Coverage } from './cmap.ts';
import type { BrandTemplate, FontName } from './model.ts';

/** A font file that is loaded when a text needs it. */
interface Slice {
  family: string;
  path: string;
  ranges: [number, number][];
}

const MAX_OWN_BYTES = 10 * 1024 * 1024;
const { resolve } = createRequire(import.meta.url);

/** The parts a script font is taken for; its own Latin and symbols would differ from the design's. */
const foreign = /^(latin|cyrillic|greek|vietnamese|math|symbols)/;

function slicesOf(id: string, only?: (subset: string) => boolean): Slice[] {
  const ranges = JSON.parse(
    readFileSync(resolve(`@fontsource-variable/${id}/unicode.json`), 'utf8'),
  ) as Record<string, string>;
  return Object.entries(ranges)
    .map(([subset, list]) => ({ name: subset.replace(/[[\]]/g, ''), list }))
    .filter(({ name }) => !only || only(name))
    .map(({ name, list }) => ({
      family: `ImgVid ${id} ${name}`,
      path: resolve(`@fontsource-variable/${id}/files/${id}-${name}-wght-normal.woff2`),
      ranges: list.split(',').map((range) => {
        const [low = '0', high = low] = range.replace('U+', '').split('-');
        return [parseInt(low, 16), parseInt(high, 16)] as [number, number];
      }),
    }));
}

const cache = new Map<string, Slice[]>();
function script(id: string): Slice[] {
  const known = cache.get(id);
  if (known) return known;
  const slices = slicesOf(id, id.startsWith('noto') ? (name) => !foreign.test(name) : undefined);
  // The plainest first: they hold what most texts are made of.
  const order = ['latin', 'latin-ext', 'vietnamese', 'cyrillic', 'greek'];
  const rank = ({ family }: Slice) => (order.findIndex((name) => family.endsWith(` ${name}`)) + 9) % 9;
  const sorted = slices.toSorted((a, b) => rank(a) - rank(b));
  cache.set(id, sorted);
  return sorted;
}

const emoji = (): Slice[] => [
  { family: 'ImgVid emoji', path: resolve('twemoji-colr-font/twemoji.woff2'), ranges: [[0x23, 0x10ffff]] },
];

const loaded = new Map<string, Coverage>();
/** What the slice can draw; it is registered under its family's name the first time. */
function load(slice: Slice): Coverage {
  const known = loaded.get(slice.family);
  if (known) return known;
  const bytes = readFileSync(slice.path);
  const coverage = fontCoverage(bytes);
  if (!GlobalFonts.register(bytes, slice.family)) throw new Error(`${slice.path} could not be loaded`);
  loaded.set(slice.family, coverage);
  return coverage;
}

/** A merchant's own font, checked before Skia sees it. */
function ownFont(path: string): Slice {
  const refuse = (why: string, cause?: unknown) =>
    new RenderError('invalid_request', `template.font.path ${why}`, { cause });
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file?.isFile()) throw refuse('does not exist.');
  if (file.size > MAX_OWN_BYTES) throw refuse('is larger than 10 MB.');
  const bytes = readFileSync(path);
  const family = `ImgVid own ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
  try {
    load({ family, path, ranges: [] });
  } catch (error) {
    throw refuse('is not a TTF, OTF, WOFF or WOFF2 font.', error);
  }
  return { family, path, ranges: [[0, 0x10ffff]] };
}

const bases: Record<FontName, string[]> = { sans: ['inter'], serif: ['playfair-display', 'inter'] };
const scripts = ['noto-sans-arabic', 'noto-sans-hebrew', 'noto-sans-thai', 'noto-sans-devanagari'];

/** Characters that show nothing themselves: joiners, selectors, tags. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Z}]/u;

/** Han characters look different by language: kana tell Japanese, Hangul Korean. */
const eastAsian = (text: string): { lang: string; order: string[] } => {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text))
    return { lang: 'ja', order: ['noto-sans-jp', 'noto-sans-sc', 'noto-sans-kr'] };
  if (/\p{Script=Hangul}/u.test(text))
    return { lang: 'ko', order: ['noto-sans-kr', 'noto-sans-jp', 'noto-sans-sc'] };
  const lang = /\p{Script=Han}/u.test(text) ? 'zh-Hans' : 'en';
  return { lang, order: ['noto-sans-sc', 'noto-sans-jp', 'noto-sans-kr'] };
};

export interface Typeface {
  /** CSS families, quoted, for exactly the characters of the text; no font of the machine is ever asked. */
  families: string;
  /** Language for shaping. */
  lang: string;
}

/** The fonts that draw `text`. Throws a RenderError naming characters that none of them has. */
export function typefaceFor(
  text: string,
  font: FontName | Exclude<BrandTemplate['font'], string | undefined>,
  hint = text,
): Typeface {
  const own = typeof font === 'string' ? [] : [ownFont(font.path)];
  const base = bases[typeof font === 'string' ? font : 'sans'];
  const { lang, order } = eastAsian(hint);
  const plain = [...own, ...[...base, ...scripts, ...order].flatMap(script)];
  const used = new Set<Slice>();
  const missing = new Set<string>();
  const [pictures] = emoji();
  for (const character of new Set(text)) {
    if (invisible.test(character) || !pictures) continue;
    const codePoint = character.codePointAt(0) ?? 0;
    const isPicture =
      /[\p{Emoji_Presentation}\p{Emoji_Modifier}]/u.test(character) || text.includes(`${character}\uFE0F`);
    const candidates = isPicture ? [pictures, ...plain] : [...plain, pictures];
    const found = candidates.find(
      (slice) =>
        slice.ranges.some(([low, high]) => codePoint >= low && codePoint <= high) && load(slice)(codePoint),
    );
    if (found) used.add(found);
    else missing.add(character);
  }
  if (missing.size > 0)
    throw new RenderError(
      'invalid_request',
      `template.texts has characters that no font here can draw: ${[...missing].slice(0, 8).join(' ')}.`,
    );
  const families = [...plain, ...(pictures && used.has(pictures) ? [pictures] : [])]
    .filter((slice) => used.has(slice) || [...used].some((one) => one.family === slice.family))
    .map(({ family }) => `"${family}"`);
  return { families: families.join(', ') || '"ImgVid inter latin"', lang };
}
