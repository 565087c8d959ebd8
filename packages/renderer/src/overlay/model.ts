/** The shape of brand templates: names, limits, types. */
export const textRoles = ['title', 'subtitle', 'price', 'old_price', 'cta', 'badge'] as const;
export type TextRole = (typeof textRoles)[number];

/** Characters, as a reader counts them. */
export const textLimits: Record<TextRole, number> = {
  title: 120,
  subtitle: 200,
  price: 24,
  old_price: 24,
  cta: 40,
  badge: 24,
};

export const anchors = [
  'top_left',
  'top',
  'top_right',
  'left',
  'center',
  'right',
  'bottom_left',
  'bottom',
  'bottom_right',
] as const;
/** A place in the safe area. Left is where reading begins: a right-to-left title mirrors the whole template. */
export type Anchor = (typeof anchors)[number];

export const colourNames = ['text', 'accent', 'panel'] as const;
export type ColourName = (typeof colourNames)[number];
/** `#rrggbb` each. */
export type Colours = Record<ColourName, string>;

export const fontNames = ['sans', 'serif'] as const;
export type FontName = (typeof fontNames)[number];

export const motionKinds = ['none', 'fade', 'rise', 'slide', 'wipe', 'scale'] as const;
export type MotionKind = (typeof motionKinds)[number];

export const easings = ['linear', 'ease_out', 'ease_in_out'] as const;
export type Easing = (typeof easings)[number];

export const backdrops = ['none', 'scrim', 'panel'] as const;

/** Seconds, or a share of the clip such as `'10%'`. */
export type Time = number | `${number}%`;

/** Sizes are shares of the frame's shorter side. */
export interface Item {
  /** `price` brings the old price, struck through, beside it. */
  role: Exclude<TextRole, 'old_price'> | 'logo';
  /** Height of the type (its em) or of the logo. */
  size: number;
  /** How small the type may become before it is cut with an ellipsis; 0.6 of `size` when left out. */
  floor?: number;
  /** 2 when left out. */
  lines?: number;
  /** 300 to 900; 600 when left out. */
  weight?: number;
  colour?: 'text' | 'accent';
  /** `pill` and `tag` stand on the accent colour: round ends, or nearly square corners. */
  shape?: 'plain' | 'pill' | 'tag';
  /** Space above, when it is not the first of its group; 0.02 when left out. */
  gap?: number;
  uppercase?: boolean;
  font?: FontName;
}

export interface Group {
  anchor: Anchor;
  /** Where it stands instead in frames taller than wide. */
  tallAnchor?: Anchor;
  /** Greatest width; never more than the safe area. */
  width: number;
  backdrop: { kind: (typeof backdrops)[number]; opacity: number };
  items: Item[];
}

export interface Motion {
  kind: MotionKind;
  duration: Time;
  easing?: Easing;
}

export interface TemplateDesign {
  id: string;
  name: string;
  description: string;
  colours: Colours;
  font: FontName;
  groups: Group[];
  /** `start`: when the first element enters; `stagger`: how much later each following one does. */
  entrance: Motion & { start: Time; stagger: Time };
  exit: Motion;
}

/** A design filled in: what a render takes. */
export interface BrandTemplate {
  /** The id of a built-in design, or a design of one's own. */
  design: string | TemplateDesign;
  texts: Partial<Record<TextRole, string>>;
  colours?: Partial<Colours>;
  /** One of the fonts that come along, or the path of a TTF, OTF, WOFF or WOFF2 file of up to 10 MB. */
  font?: FontName | { path: string };
  /** Path or bytes of an SVG, PNG, WebP or JPEG of up to 2 MB. */
  logo?: string | Uint8Array;
  /** `reduced`: everything fades, nothing travels. */
  motion?: 'full' | 'reduced';
}

/** What a shopper's device or a platform's buttons may cover: shares of the frame's width and height. */
export interface SafeArea {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/**
 * Title-safe margins (EBU R 95: 5 %) and, for 9:16, room for what TikTok, Reels and Shorts lay over a video:
 * names and captions below, buttons on the right.
 */
export function safeArea({ width, height }: { width: number; height: number }): SafeArea {
  const ratio = width / height;
  if (ratio < 0.65) return { top: 0.12, right: 0.12, bottom: 0.2, left: 0.07 };
  if (ratio < 1.2) return { top: 0.06, right: 0.06, bottom: 0.06, left: 0.06 };
  return { top: 0.07, right: 0.05, bottom: 0.07, left: 0.05 };
}
