import type { SiteLook } from '@imgvid/api/types';

type Palette = SiteLook['theme']['light'];

/** Of the API's tokens, and the custom properties they set. */
const tokens: readonly (keyof Palette)[] = [
  ...(['accent', 'on_accent', 'surface', 'well', 'text', 'muted', 'line', 'danger'] as const),
];

/**
 * The site's theme as rules of a sheet of its own: set one by one through CSSOM, which no policy forbids and which
 * takes a value for a value, whatever stands in it. The page's own rules for the element come before it.
 */
export function sheetOf({ theme }: SiteLook): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.insertRule(':host {}');
  const { style } = sheet.cssRules[0] as CSSStyleRule;
  for (const token of tokens) {
    const light = theme.light[token] ?? theme.dark[token];
    const dark = theme.dark[token] ?? light;
    if (light && dark)
      style.setProperty(`--imgvid-${token.replace('_', '-')}`, `light-dark(${light}, ${dark})`);
  }
  if (theme.radius_px !== null) style.setProperty('--imgvid-radius', `${theme.radius_px}px`);
  if (theme.font) style.setProperty('--imgvid-font', theme.font);
  if (theme.scheme !== 'auto') style.setProperty('color-scheme', theme.scheme);
  return sheet;
}

/** The texts of the site for a language: what it says for all, then for the language, then for the region. */
export function textsOf({ texts }: SiteLook, language: string): SiteLook['texts'][string] {
  const [base = ''] = language.split('-');
  return { ...texts['*'], ...texts[base.toLowerCase()], ...texts[language] };
}
