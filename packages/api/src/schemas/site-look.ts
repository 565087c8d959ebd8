import { z } from 'zod';
import {
  aspectRatios,
  cameraMoves,
  resolutions,
  widgetControls,
  widgetTexts,
  type WidgetText,
} from '../names.ts';

/** Six or eight hexadecimal digits: a colour and nothing else can be written with them. */
const color = z
  .string()
  .regex(/^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i, 'a colour such as #2257e7')
  .transform((text) => text.toLowerCase())
  .meta({ example: '#2257e7' });

const palette = z
  .strictObject({
    accent: color,
    on_accent: color,
    surface: color,
    well: color,
    text: color,
    muted: color,
    line: color,
    danger: color,
  })
  .partial()
  .meta({ id: 'Palette', description: 'What is left out has the widget’s own colour' });

export const SiteTheme = z
  .strictObject({
    scheme: z.enum(['auto', 'light', 'dark']).default('auto').meta({
      description: '`auto`: as the page and the visitor’s system say. The attribute `theme` comes first.',
    }),
    light: palette.default({}),
    dark: palette.default({}),
    radius_px: z.int().min(0).max(48).nullable().default(null),
    font: z
      .string()
      .max(200)
      .regex(/^[\p{L}\p{N} ,'"_-]*$/u, 'names of fonts with commas between them')
      .nullable()
      .default(null)
      .meta({
        description: 'As in CSS `font-family`; the page has to load it',
        example: "'Source Sans 3', sans-serif",
      }),
  })
  .meta({ id: 'SiteTheme' });

// Letters of every script and what stands between them; no control characters, no invisible turns of direction.
const printable = /^[^\p{Cc}\p{Cs}\u{202A}-\u{202E}\u{2066}-\u{2069}]*$/u;

const texts = z
  .partialRecord(
    z.enum(widgetTexts as unknown as [WidgetText, ...WidgetText[]]),
    z.string().min(1).max(300).regex(printable, 'text without control characters'),
  )
  .meta({ description: 'Shown as plain text, whatever stands in it' });

const languageTag = z.string().regex(/^(?:\*|[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})$/, 'a language tag, or *');

const textsByLanguage = z
  .record(languageTag, texts)
  .refine((byLanguage) => Object.keys(byLanguage).length <= 20, 'at most 20 languages')
  .meta({
    description: 'Texts to use instead of the widget’s own, by language; `*` for every language',
    example: { '*': { create: 'Bring it to life' } },
  });

const hiddenControls = z
  .array(z.enum(widgetControls))
  .max(widgetControls.length)
  .transform((names) => [...new Set(names)].toSorted())
  .meta({ description: 'Controls that are not shown; their choices stay at the defaults' });

const defaults = z
  .strictObject({
    camera_move: z.enum(cameraMoves),
    camera_strength: z.number().min(0).max(1),
    duration_s: z.int().min(1).max(60),
    resolution: z.enum(resolutions),
    aspect_ratio: z.enum(aspectRatios),
    fps: z.int().min(1).max(120),
    loop: z.boolean(),
  })
  .partial()
  .meta({
    description: 'What is chosen at first; a choice the model does not have is left to the model',
  });

const models = z
  .array(z.string().min(1).max(100))
  .min(1)
  .max(50)
  .nullable()
  .meta({ description: 'The models visitors may use, the first by default; null: all of them' });

export const SiteLook = z
  .strictObject({
    theme: SiteTheme.prefault({}),
    texts: textsByLanguage.default({}),
    hidden_controls: hiddenControls.default([]),
    defaults: defaults.default({}),
    models: models.default(null),
  })
  .meta({ id: 'SiteLook' });

/** Its parts, each whole; what is left out stays. */
export const SiteLookChange = z
  .strictObject({
    theme: SiteTheme.optional(),
    texts: textsByLanguage.optional(),
    hidden_controls: hiddenControls.optional(),
    defaults: defaults.optional(),
    models: models.optional(),
  })
  .meta({ id: 'SiteLookChange' });

export type SiteTheme = z.infer<typeof SiteTheme>;
export type SiteLook = z.infer<typeof SiteLook>;
export type SiteLookInput = z.input<typeof SiteLook>;
