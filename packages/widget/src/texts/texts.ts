import { en, type Messages, type TextName } from './en.ts';
import type { Text } from './text.ts';

export type { Messages, Text, TextName };

/** What stands in where a language lacks a text. */
const english: Partial<Messages> = en;

/** Parts that come after the first view bring their English with them. */
export const addEnglish = (messages: Partial<Messages>): void => void Object.assign(english, messages);

const languages: Record<string, () => Promise<{ default: Messages }>> = {
  ar: () => import('./ar.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
  fr: () => import('./fr.ts'),
  ja: () => import('./ja.ts'),
};

const base = (lang: string): string => lang.toLowerCase().split(/[-_]/)[0] ?? '';

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

/** The language of an element: its own or an ancestor's `lang`, through shadow roots, else the browser's. */
export function languageOf(element: Element): string {
  for (let at: Node | null = element; at;) {
    const holder: Element | null = at instanceof Element ? at.closest('[lang]') : null;
    if (holder) return holder.getAttribute('lang') ?? '';
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return navigator.language;
}

const longestInSeconds = 90;

/** Minutes or seconds, whichever a duration is told in. */
const inUnit = (seconds: number): number => Math.ceil(seconds > longestInSeconds ? seconds / 60 : seconds);

type Values = Readonly<Record<string, string | number>>;

/** The texts of one language, with numbers, plurals, dates and times as that language writes them. */
export class Texts {
  /** The language of the words: one there is a translation for. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly #messages: Partial<Messages>;
  /** For numbers and dates: with the region the page asked for. */
  readonly #locale: string;

  constructor(lang = 'en', locale = lang, messages: Partial<Messages> = {}) {
    this.lang = lang;
    this.dir = rightToLeft.has(lang) ? 'rtl' : 'ltr';
    this.#locale = locale;
    this.#messages = messages;
  }

  /** Texts for a language tag. A translation that does not exist or does not arrive means English. */
  static async load(tag: string, changed: Partial<Messages> = {}): Promise<Texts> {
    const lang = base(tag);
    const translation = await languages[lang]?.().catch(() => null);
    const words = translation ? lang : 'en';
    const fits = base(tag) === words && Intl.NumberFormat.supportedLocalesOf(safeTag(tag)).length > 0;
    return new Texts(words, fits ? safeTag(tag) : words, { ...translation?.default, ...changed });
  }

  /** A text with its values. The value `n` also decides about the plural form. */
  t = (name: TextName, values: Values = {}): string => {
    const text = this.#messages[name] ?? english[name] ?? '';
    const { n } = values;
    const form =
      typeof text === 'string'
        ? text
        : (text[new Intl.PluralRules(this.#locale).select(Number(n ?? 0))] ?? text.other);
    return form.replace(/\{(\w+)\}/g, (whole, key: string) => {
      const value = values[key];
      return typeof value === 'number' ? this.number(value) : (value ?? whole);
    });
  };

  number(value: number, options?: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.#locale, options).format(value);
  }

  percent(fraction: number): string {
    return this.number(Math.floor(fraction * 100) / 100, { style: 'percent' });
  }

  /** Whole seconds up to a minute and a half, then minutes. */
  duration(seconds: number): string {
    return this.number(inUnit(seconds), {
      style: 'unit',
      unit: seconds > longestInSeconds ? 'minute' : 'second',
      unitDisplay: 'short',
    });
  }

  /** From least to most, each with its unit where they differ: 60 to 90 sec, 45 sec to 3 min. */
  range({ low, high }: { low: number; high: number }): { low: string; high: string } {
    const alike = low > longestInSeconds === high > longestInSeconds;
    return { low: alike ? this.number(inUnit(low)) : this.duration(low), high: this.duration(high) };
  }

  /** 3 sec, 4 sec or 5 sec. */
  anyOf(values: readonly string[]): string {
    return new Intl.ListFormat(this.#locale, { type: 'disjunction' }).format(values);
  }

  bytes(size: number): string {
    const mega = size >= 1e6;
    return this.number(size / (mega ? 1e6 : 1e3), {
      style: 'unit',
      unit: mega ? 'megabyte' : 'kilobyte',
      maximumFractionDigits: mega ? 1 : 0,
    });
  }

  date(iso: string): string {
    return new Intl.DateTimeFormat(this.#locale, { dateStyle: 'long' }).format(new Date(iso));
  }
}

function safeTag(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}
