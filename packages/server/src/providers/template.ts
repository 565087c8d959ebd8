import type { TemplateChoice } from '@imgvid/api';
import type { BrandTemplate } from '@imgvid/renderer';

const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** The template as the renderer takes it. */
export const templateOf = ({ id, texts, colours }: TemplateChoice): BrandTemplate => ({
  design: id,
  texts: given(texts),
  ...(colours && { colours: given(colours) }),
});
