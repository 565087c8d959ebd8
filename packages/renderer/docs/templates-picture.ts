/** Draws docs/templates.jpg: every built-in design in three shapes. `node docs/templates-picture.ts PHOTO` */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { renderVideo } from '../src/index.ts';
import { builtinDesigns } from '../src/overlay/templates.ts';
import type { BrandTemplate } from '../src/overlay/templates.ts';

const [photo = ''] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'imgvid-templates-'));
const logo = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60"><circle cx="30" cy="30" r="29" fill="#fff"/>' +
    '<path d="M18 40 30 16l12 24h-6l-6-12-6 12z" fill="#16181d"/></svg>',
);
const texts: BrandTemplate['texts'][] = [
  { title: 'Made slowly, worn for years', subtitle: 'The autumn collection is here', cta: 'Look inside' },
  {
    title: 'Everything warm',
    subtitle: 'Until Sunday',
    price: '£29.99',
    old_price: '£49.99',
    badge: '−40 %',
    cta: 'Shop now',
  },
  {
    title: 'Weekender, waxed canvas',
    subtitle: 'Carries two days',
    price: '€189',
    badge: 'New',
    cta: 'Add to bag',
  },
  { title: '夏の新作コレクション、ついに登場', subtitle: '数量限定 ☀️', price: '¥12,800', cta: '今すぐ見る' },
  { title: 'أناقة تدوم طويلاً', subtitle: 'مجموعة الخريف 2026 وصلت', cta: 'تسوق الآن' },
];
const rows: Buffer[] = [];
for (const [i, { id }] of builtinDesigns.entries()) {
  const cells: sharp.OverlayOptions[] = [];
  let left = 0;
  for (const aspectRatio of ['16:9', '1:1', '9:16'] as const) {
    const poster = join(folder, 'poster.jpg');
    const template: BrandTemplate = { design: id, texts: texts[i] ?? {}, ...(i !== 2 && { logo }) };
    const output = join(folder, 'video.mp4');
    await renderVideo({
      photo,
      output,
      poster,
      template,
      aspectRatio,
      move: 'static',
      durationS: 3,
      fps: 24,
      resolution: '480p',
    });
    const { data, info } = await sharp(poster).resize({ height: 400 }).toBuffer({ resolveWithObject: true });
    cells.push({ input: data, left, top: 0 });
    left += info.width + 12;
  }
  const canvas = { width: left, height: 412, channels: 3, background: '#fff' } as const;
  rows.push(await sharp({ create: canvas }).composite(cells).png().toBuffer());
}
const { width } = await sharp(rows[0]).metadata();
await sharp({ create: { width, height: 412 * rows.length, channels: 3, background: '#fff' } })
  .composite(rows.map((input, i) => ({ input, left: 0, top: 412 * i })))
  .jpeg({ quality: 80, mozjpeg: true })
  .toFile(new URL('templates.jpg', import.meta.url).pathname);
await rm(folder, { recursive: true });
