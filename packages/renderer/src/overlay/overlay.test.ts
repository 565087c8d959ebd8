import { describe, expect, test } from 'vitest';
import { checkTemplate, cleanText } from './check.ts';
import { contrast, opacityNeeded } from './contrast.ts';
import { builtinDesigns } from './designs.ts';
import { typefaceFor } from './fonts.ts';
import { readLogo } from './logo.ts';
import { safeArea } from './model.ts';
import type { BrandTemplate } from './model.ts';
import { prepareOverlay } from './overlay.ts';
import { fitText } from './text.ts';

const grey = ({ width, height }: { width: number; height: number }, luma = 120) => {
  const frame = new Uint8Array((width * height * 3) / 2).fill(128);
  frame.fill(luma, 0, width * height);
  return frame;
};

const texts = {
  title: 'Waxed canvas weekender',
  price: '€189',
  old_price: '€249',
  cta: 'Add to bag',
  badge: 'New',
};
const shapes = [
  { width: 1280, height: 720 },
  { width: 720, height: 1280 },
  { width: 480, height: 480 },
  { width: 1080, height: 1350 },
];
const overlayOn = (frame: { width: number; height: number }, template: BrandTemplate, more = {}) =>
  prepareOverlay(template, {
    frame,
    fps: 30,
    frameCount: 150,
    loop: false,
    camera: () => grey(frame),
    ...more,
  });

/** The rectangle of luma samples that differ by more than `least`. */
function changed(
  frame: Uint8Array,
  { width, height }: { width: number; height: number },
  luma: number,
  least: number,
) {
  const box = { left: width, top: height, right: 0, bottom: 0, count: 0 };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (Math.abs((frame[y * width + x] ?? 0) - luma) > least) {
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x + 1);
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y + 1);
        box.count++;
      }
  return box;
}

describe('where things stand', () => {
  const cases = builtinDesigns.flatMap(({ id }) => shapes.map((frame) => ({ id, frame })));
  test.each(cases)('$id keeps to the safe area in $frame', async ({ id, frame }) => {
    const long = {
      ...texts,
      title: 'Donaudampfschifffahrtsgesellschaftskapitänsmütze und noch mehr '.repeat(2).slice(0, 118),
    };
    const overlay = await overlayOn(frame, { design: id, texts: long });
    const shown = overlay.settle(grey(frame));
    // Brighter than the grey: texts and shapes, not the dark scrims, which reach the edges on purpose.
    for (let i = 0; i < frame.width * frame.height; i++) shown[i] = Math.max(120, shown[i] ?? 0);
    const box = changed(shown, frame, 120, 12);
    const safe = safeArea(frame);
    expect(box.count).toBeGreaterThan(200);
    expect(box.left).toBeGreaterThanOrEqual(Math.floor(frame.width * safe.left) - 3);
    expect(box.right).toBeLessThanOrEqual(Math.ceil(frame.width * (1 - safe.right)) + 3);
    expect(box.top).toBeGreaterThanOrEqual(Math.floor(frame.height * safe.top) - 3);
    expect(box.bottom).toBeLessThanOrEqual(Math.ceil(frame.height * (1 - safe.bottom)) + 3);
  });

  test('a right-to-left title stands on the right', async () => {
    const frame = { width: 1280, height: 720 };
    const middle = async (title: string) => {
      const camera = () => grey(frame, 40);
      const overlay = await overlayOn(frame, { design: 'lower_third', texts: { title } }, { camera });
      const shown = overlay.settle(camera());
      for (let i = 0; i < frame.width * frame.height; i++) shown[i] = Math.max(40, shown[i] ?? 0);
      const { left, right } = changed(shown, frame, 40, 60);
      return (left + right) / 2;
    };
    expect(await middle('Winter sale')).toBeLessThan(500);
    expect(await middle('تخفيضات الشتاء')).toBeGreaterThan(780);
    expect(await middle('מבצע חורף')).toBeGreaterThan(780);
  });
});

describe('time', () => {
  const frame = { width: 640, height: 360 };
  test.each(['fade', 'rise', 'slide', 'wipe', 'scale'] as const)(
    '%s only ever grows, stays, and goes',
    async (kind) => {
      const [design] = builtinDesigns;
      if (!design) throw new Error('no design');
      const own = {
        ...design,
        entrance: { ...design.entrance, kind, start: 0.5 },
        exit: { kind: 'fade' as const, duration: 0.5 },
      };
      const overlay = await overlayOn(
        frame,
        { design: own, texts: { title: 'Winter' } },
        { camera: () => grey(frame, 40) },
      );
      const ink = Array.from({ length: 150 }, (_, i) => {
        const shown = overlay.draw(grey(frame, 40), i);
        return shown.subarray(0, 640 * 360).reduce((sum, value) => sum + Math.max(0, value - 40), 0);
      });
      const settled = overlay.settle(grey(frame, 40));
      const whole = settled.subarray(0, 640 * 360).reduce((sum, value) => sum + Math.max(0, value - 40), 0);
      expect(ink[10]).toBe(0);
      for (let i = 1; i < 100; i++) expect(ink[i]).toBeGreaterThanOrEqual((ink[i - 1] ?? 0) - whole * 0.01);
      expect(ink[100]).toBe(whole);
      expect(ink[149]).toBeLessThan(whole * 0.15);
    },
  );

  test('a loop has the same texts in its first and last frame', async () => {
    const overlay = await overlayOn(frame, { design: 'sale', texts }, { loop: true });
    const first = overlay.draw(grey(frame), 0).slice();
    const last = overlay.draw(grey(frame), 149);
    expect(Buffer.compare(first, last)).toBe(0);
  });
});

describe('texts', () => {
  test.each([
    ['Łódź – naïve Việt Ωμέγα Привет'],
    ['مرحبا بالعالم ۱۲۳'],
    ['שָׁלוֹם עולם'],
    ['夏の新作コレクション、登場。'],
    ['全新系列 限时优惠'],
    ['여름 신상품'],
    ['ภาษาไทยน้ำ'],
    ['क्षत्रिय'],
    ['👨‍👩‍👧 🇯🇵 👍🏽 ❤️'],
  ])('“%s” is drawn by fonts that come along, each with the glyphs', (text) => {
    const { families } = typefaceFor(text, 'sans');
    for (const family of families.split(', ')) expect(family).toMatch(/^"ImgVid /);
  });

  test('what no font has is refused by name, never drawn as a box', () => {
    expect(() => typefaceFor('ok ᚠ', 'sans')).toThrow('characters that no font here can draw: ᚠ');
  });

  test('too long: smaller to the floor, then an ellipsis, never wider', () => {
    const style = { font: 'sans', weight: 600, hint: '' } as const;
    const block = fitText('word '.repeat(60).trim(), style, { width: 300, size: 40, floor: 24, lines: 2 });
    expect([block.size, block.lines.length]).toEqual([24, 2]);
    expect(block.lines[1]).toMatch(/…$/);
    expect(block.width).toBeLessThanOrEqual(301);
  });

  test('Japanese lines never begin with a closing mark or small kana', () => {
    const style = { font: 'sans', weight: 600, hint: '夏の' } as const;
    for (let width = 120; width < 420; width += 20) {
      const { lines } = fitText('夏の新作コレクション、「ついに」登場。ちょっと特別です！', style, {
        width,
        size: 30,
        floor: 30,
        lines: 9,
      });
      for (const line of lines) expect(line).not.toMatch(/^[、。」！ょっー]/);
    }
  });

  test('controls, direction overrides and towers of marks are taken out', () => {
    expect(cleanText('a\u202Eb\u0000\u200Fc\nd')).toBe('abc d');
    expect(cleanText(`x${'\u0330'.repeat(50)}`)).toHaveLength(5);
    expect(cleanText('👨‍👩‍👧')).toBe('👨‍👩‍👧');
  });
});

describe('contrast', () => {
  test('a scrim is as strong as the text needs on what lies under it', () => {
    const opacity = opacityNeeded([255, 255, 255], [0, 0, 0], [[250, 250, 250]], 0.2);
    const under = 250 * (1 - opacity);
    expect(contrast([255, 255, 255], [under, under, under])).toBeGreaterThanOrEqual(4.5);
    expect(opacityNeeded([255, 255, 255], [0, 0, 0], [[20, 20, 20]], 0.2)).toBe(0.2);
  });
});

describe('what is refused', () => {
  test('with the path of each mistake', () => {
    expect(checkTemplate({ design: 'nope', texts: { title: 'x'.repeat(121), headline: '' } })).toEqual([
      expect.stringMatching(/^template\.design must be one of lower_third, sale/),
      expect.stringMatching(/^template\.texts\.headline is not known/),
      'template.texts.title is too long: at most 120 characters.',
    ]);
    for (const design of builtinDesigns) expect(checkTemplate({ design, texts })).toEqual([]);
  });

  const svg = (body: string, head = '') =>
    Buffer.from(
      `${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">${body}</svg>`,
    );
  test.each([
    ['a picture', svg('<image href="file:///etc/passwd"/>')],
    ['a remote style', svg('<style>@import "http://example.com/a.css";</style>')],
    ['an entity', svg('', '<!DOCTYPE svg [<!ENTITY a "x">]>')],
    ['a url', svg('<rect fill="url(http://example.com/#a)" width="9" height="9"/>')],
    ['another file', svg('<use xlink:href="/etc/hosts#a"/>')],
    ['a script', svg('<script>1</script>')],
    ['a text', svg('<text>a</text>')],
    ['endless reuse', svg('<use href="#a"/>'.repeat(17))],
    ['no picture', Buffer.from('hello')],
  ])('an SVG with %s', async (_, bytes) => {
    await expect(readLogo(bytes, { width: 100, height: 100 })).rejects.toThrow(/^template\.logo /);
  });

  test('an SVG that says it is 900,000 pixels wide is refused, not drawn', async () => {
    const huge = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="900000" height="900000"><path d="M0 0h9e5v9e5z"/></svg>',
    );
    await expect(readLogo(huge, { width: 100, height: 80 })).rejects.toThrow('template.logo cannot be read.');
  });
});
