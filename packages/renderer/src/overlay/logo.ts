import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { RenderError } from '../errors.ts';

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_PIXELS = 32_000_000;

/** Shapes and paint. No text (its font would be the machine's), no pictures, no filters, no script. */
const allowed = new Set(
  (
    'svg g path rect circle ellipse line polyline polygon defs lineargradient radialgradient stop clippath mask ' +
    'use symbol title desc style metadata'
  ).split(' '),
);

const refuse = (why: string, cause?: unknown) =>
  new RenderError('invalid_request', `template.logo ${why}`, { cause });

/** Refuses an SVG that could reach outside itself or grow without bounds. */
function checkSvg(text: string): void {
  if (/<!(ENTITY|DOCTYPE[^>]*\[)/i.test(text) || /<\?xml-stylesheet/i.test(text))
    throw refuse('must not define entities or load style sheets.');
  const body = text.replace(/<!--[\s\S]*?-->/g, '').replace(/<metadata[\s\S]*?<\/metadata>/gi, '');
  for (const [, name = ''] of body.matchAll(/<([a-z][\w:.-]*)/gi)) {
    const plain = name.toLowerCase().replace(/^svg:/, '');
    // Editors leave elements of their own, which are not drawn.
    if (!allowed.has(plain) && !/^(sodipodi|inkscape|rdf|cc|dc):/.test(plain))
      throw refuse(`must not contain <${name}>: shapes only, with texts turned into outlines.`);
  }
  const outside = /(href\s*=\s*["']?\s*(?!["'#\s]))|(url\(\s*["']?\s*(?!["'#\s]))|@import|\\[0-9a-f]|&#/i;
  if (outside.test(body)) throw refuse('must not refer to anything outside itself.');
  if ((body.match(/<(svg:)?use\b/gi) ?? []).length > 16)
    throw refuse('must not reuse its parts more than 16 times.');
}

export interface Logo {
  rgba: Uint8Array;
  width: number;
  height: number;
}

/** The logo at the size at which it is drawn, in straight-alpha RGBA. */
export async function readLogo(
  source: string | Uint8Array,
  { width, height }: { width: number; height: number },
): Promise<Logo> {
  if (typeof source === 'string') {
    const file = await stat(source).catch(() => null);
    if (!file?.isFile()) throw refuse('does not exist.');
    if (file.size > MAX_BYTES) throw refuse('is larger than 2 MB.');
  }
  const bytes = Buffer.from(typeof source === 'string' ? await readFile(source) : source);
  if (bytes.length > MAX_BYTES) throw refuse('is larger than 2 MB.');
  const limits = { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 } as const;
  try {
    const isSvg = /^\s*(\uFEFF)?\s*<(\?xml|!--|!doctype|svg|svg:svg)/i.test(bytes.toString('utf8', 0, 256));
    if (isSvg) checkSvg(bytes.toString('utf8'));
    const header = await sharp(bytes, { ...limits, limitInputPixels: false }).metadata();
    if (!['png', 'webp', 'jpeg', ...(isSvg ? ['svg'] : [])].includes(header.format))
      throw refuse('must be an SVG, PNG, WebP or JPEG.');
    if (!isSvg && header.width * header.height > MAX_PIXELS) throw refuse('has more than 32 megapixels.');
    const scale = Math.min(width / header.width, height / header.height);
    const density = Math.min(2400, Math.max(1, 72 * scale));
    const { data, info } = await sharp(bytes, isSvg ? { ...limits, density } : limits)
      .rotate()
      .timeout({ seconds: 10 })
      .resize({ width: Math.ceil(width), height: Math.ceil(height), fit: 'inside' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { rgba: data, width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof RenderError) throw error;
    throw refuse('cannot be read.', error);
  }
}
