import { builtinDesigns } from './designs.ts';
import {
  anchors,
  backdrops,
  colourNames,
  easings,
  fontNames,
  motionKinds,
  textLimits,
  textRoles,
} from './model.ts';
import type { BrandTemplate, TemplateDesign } from './model.ts';

type Report = (path: string, message: string) => void;
type Fields = Record<string, unknown>;

const shown = (value: unknown): string =>
  (JSON.stringify(value) as string | undefined)?.slice(0, 60) ?? 'missing';
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value's fields when it is an object without others than these; else empty, and reported. */
function object(report: Report, path: string, value: unknown, known: readonly string[]): Fields {
  if (!isObject(value)) {
    report(path, `must be an object; it was ${shown(value)}`);
    return {};
  }
  for (const name of Object.keys(value))
    if (!known.includes(name)) report(`${path}.${name}`, `is not known; there are ${known.join(', ')}`);
  return value;
}

function oneOf(
  report: Report,
  path: string,
  value: unknown,
  allowed: readonly (string | boolean | undefined)[],
): void {
  if (!(allowed as readonly unknown[]).includes(value))
    report(
      path,
      `must be one of ${allowed.filter((one) => one !== undefined).join(', ')}; it was ${shown(value)}`,
    );
}

function number(report: Report, path: string, value: unknown, low: number, high: number): void {
  if (typeof value !== 'number' || !(value >= low && value <= high))
    report(path, `must be a number from ${low} to ${high}; it was ${shown(value)}`);
}

function colour(report: Report, path: string, value: unknown): void {
  if (typeof value !== 'string' || !/^#[0-9a-f]{6}$/i.test(value))
    report(path, `must be a colour such as #1a2b3c; it was ${shown(value)}`);
}

function time(report: Report, path: string, value: unknown, longest: number): void {
  if (typeof value === 'string' && /^(100|\d{1,2}(\.\d+)?)%$/.test(value)) return;
  if (typeof value !== 'number' || !(value >= 0 && value <= longest))
    report(
      path,
      `must be 0 to ${longest} seconds or a share of the clip such as "10%"; it was ${shown(value)}`,
    );
}

const words = (report: Report, path: string, value: unknown, most: number): void => {
  if (typeof value !== 'string' || value.length > most)
    report(path, `must be a text of at most ${most} characters`);
};

const optional = (value: unknown, check: (value: unknown) => void): void => {
  if (value !== undefined) check(value);
};

function item(report: Report, path: string, value: unknown): void {
  const fields = 'role size floor lines weight colour shape gap uppercase font'.split(' ');
  const it = object(report, path, value, fields);
  oneOf(report, `${path}.role`, it['role'], [...textRoles.filter((role) => role !== 'old_price'), 'logo']);
  number(report, `${path}.size`, it['size'], 0.015, 0.5);
  optional(it['floor'], (v) => number(report, `${path}.floor`, v, 0.01, 0.5));
  optional(it['lines'], (v) => number(report, `${path}.lines`, v, 1, 6));
  optional(it['weight'], (v) => number(report, `${path}.weight`, v, 300, 900));
  optional(it['gap'], (v) => number(report, `${path}.gap`, v, 0, 0.3));
  oneOf(report, `${path}.colour`, it['colour'], [undefined, 'text', 'accent']);
  oneOf(report, `${path}.shape`, it['shape'], [undefined, 'plain', 'pill', 'tag']);
  oneOf(report, `${path}.uppercase`, it['uppercase'], [undefined, true, false]);
  oneOf(report, `${path}.font`, it['font'], [undefined, ...fontNames]);
}

function group(report: Report, path: string, value: unknown): void {
  const it = object(report, path, value, ['anchor', 'tallAnchor', 'width', 'backdrop', 'items']);
  oneOf(report, `${path}.anchor`, it['anchor'], anchors);
  oneOf(report, `${path}.tallAnchor`, it['tallAnchor'], [undefined, ...anchors]);
  number(report, `${path}.width`, it['width'], 0.05, 3);
  const backdrop = object(report, `${path}.backdrop`, it['backdrop'], ['kind', 'opacity']);
  oneOf(report, `${path}.backdrop.kind`, backdrop['kind'], backdrops);
  number(report, `${path}.backdrop.opacity`, backdrop['opacity'], 0, 1);
  list(report, `${path}.items`, it['items'], 8, item);
}

function list(
  report: Report,
  path: string,
  value: unknown,
  most: number,
  check: (report: Report, path: string, value: unknown) => void,
): void {
  if (!Array.isArray(value) || value.length === 0 || value.length > most)
    report(path, `must be a list of 1 to ${most}`);
  else value.forEach((one, i) => check(report, `${path}[${i}]`, one));
}

function motion(report: Report, path: string, value: unknown, more: readonly string[]): Fields {
  const it = object(report, path, value, ['kind', 'duration', 'easing', ...more]);
  oneOf(report, `${path}.kind`, it['kind'], motionKinds);
  oneOf(report, `${path}.easing`, it['easing'], [undefined, ...easings]);
  time(report, `${path}.duration`, it['duration'], 5);
  return it;
}

function design(report: Report, path: string, value: unknown): void {
  const fields = 'id name description colours font groups entrance exit'.split(' ');
  const it = object(report, path, value, fields);
  for (const name of ['id', 'name', 'description']) words(report, `${path}.${name}`, it[name], 200);
  const colours = object(report, `${path}.colours`, it['colours'], colourNames);
  for (const name of colourNames) colour(report, `${path}.colours.${name}`, colours[name]);
  oneOf(report, `${path}.font`, it['font'], fontNames);
  list(report, `${path}.groups`, it['groups'], 6, group);
  const entrance = motion(report, `${path}.entrance`, it['entrance'], ['start', 'stagger']);
  time(report, `${path}.entrance.start`, entrance['start'], 10);
  time(report, `${path}.entrance.stagger`, entrance['stagger'], 2);
  motion(report, `${path}.exit`, it['exit'], []);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What is wrong with a template, as sentences that name the field; empty when nothing is. */
export function checkTemplate(value: unknown): string[] {
  const mistakes: string[] = [];
  const report: Report = (path, message) => mistakes.push(`${path} ${message}.`);
  const it = object(report, 'template', value, ['design', 'texts', 'colours', 'font', 'logo', 'motion']);
  if (typeof it['design'] === 'string') {
    const ids = builtinDesigns.map(({ id }) => id);
    oneOf(report, 'template.design', it['design'], ids);
  } else design(report, 'template.design', it['design']);
  const texts = object(report, 'template.texts', it['texts'], textRoles);
  for (const role of textRoles) optional(texts[role], (text) => checkText(report, role, text));
  optional(it['colours'], (given) => {
    const colours = object(report, 'template.colours', given, colourNames);
    for (const [name, one] of Object.entries(colours)) colour(report, `template.colours.${name}`, one);
  });
  optional(it['font'], (font) => {
    if (isObject(font)) words(report, 'template.font.path', font['path'], 4096);
    else oneOf(report, 'template.font', font, fontNames);
  });
  optional(it['logo'], (logo) => {
    if (typeof logo !== 'string' && !(logo instanceof Uint8Array))
      report('template.logo', 'must be a path or bytes');
  });
  oneOf(report, 'template.motion', it['motion'], [undefined, 'full', 'reduced']);
  return mistakes;
}

function checkText(report: Report, role: keyof typeof textLimits, text: unknown): void {
  const path = `template.texts.${role}`;
  const most = textLimits[role];
  // A character can be long (a family emoji has 11 units), but a text of ten thousand is not counted first.
  if (typeof text !== 'string') report(path, `must be a text; it was ${shown(text)}`);
  else if (text.length > 16 * most || [...graphemes.segment(cleanText(text))].length > most)
    report(path, `is too long: at most ${most} characters`);
}

/** The design a template names or brings. */
export function designOf({ design: given }: BrandTemplate): TemplateDesign {
  const found = typeof given === 'string' ? builtinDesigns.find(({ id }) => id === given) : given;
  if (!found) throw new Error(`no design is called ${shown(given)}`);
  return found;
}

/**
 * A stranger's text as one paragraph: composed, without control characters, without marks that override the
 * direction of what follows, and with no more than four marks stacked on a letter.
 */
export function cleanText(text: string): string {
  return text
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '')
    .normalize('NFC')
    .replace(/[\s\u0085\u2028\u2029]+/g, ' ')
    .replace(/(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Co}\p{Cn}](?<![\u{E0020}-\u{E007F}])/gu, '')
    .replace(/(\p{Mn}{4})\p{Mn}+/gu, '$1')
    .trim();
}
