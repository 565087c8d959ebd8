import type { TemplateDesign } from './model.ts';

const lowerThird: TemplateDesign = {
  id: 'lower_third',
  name: 'Lower third',
  description: 'Title and a line below it, quietly, where the picture can spare the room.',
  colours: { text: '#ffffff', accent: '#ffffff', panel: '#111111' },
  font: 'sans',
  groups: [
    {
      anchor: 'bottom_left',
      width: 1.1,
      backdrop: { kind: 'scrim', opacity: 0.5 },
      items: [
        { role: 'title', size: 0.078, weight: 700, lines: 2 },
        { role: 'subtitle', size: 0.038, weight: 450, lines: 2, gap: 0.022 },
        { role: 'price', size: 0.05, weight: 650, gap: 0.026 },
        { role: 'cta', size: 0.034, weight: 600, shape: 'pill', gap: 0.034 },
      ],
    },
    {
      anchor: 'top_left',
      width: 0.4,
      backdrop: { kind: 'none', opacity: 0 },
      items: [{ role: 'logo', size: 0.09 }],
    },
    {
      anchor: 'top_right',
      width: 0.5,
      backdrop: { kind: 'none', opacity: 0 },
      items: [{ role: 'badge', size: 0.034, weight: 650, shape: 'pill' }],
    },
  ],
  entrance: { kind: 'rise', start: 0.3, duration: 0.7, stagger: 0.12, easing: 'ease_out' },
  exit: { kind: 'fade', duration: 0.4 },
};

const sale: TemplateDesign = {
  id: 'sale',
  name: 'Sale',
  description: 'A loud tag, a large price, the old one struck through.',
  colours: { text: '#ffffff', accent: '#d3221c', panel: '#111111' },
  font: 'sans',
  groups: [
    {
      anchor: 'bottom_left',
      width: 1.15,
      backdrop: { kind: 'scrim', opacity: 0.55 },
      items: [
        { role: 'badge', size: 0.058, weight: 850, shape: 'tag', uppercase: true },
        { role: 'title', size: 0.068, weight: 750, lines: 2, gap: 0.034 },
        { role: 'subtitle', size: 0.036, weight: 450, lines: 2, gap: 0.02 },
        { role: 'price', size: 0.12, weight: 850, gap: 0.03 },
        { role: 'cta', size: 0.038, weight: 650, shape: 'tag', gap: 0.034 },
      ],
    },
    {
      anchor: 'top_right',
      width: 0.4,
      backdrop: { kind: 'none', opacity: 0 },
      items: [{ role: 'logo', size: 0.09 }],
    },
  ],
  entrance: { kind: 'slide', start: 0.2, duration: 0.55, stagger: 0.1, easing: 'ease_out' },
  exit: { kind: 'fade', duration: 0.35 },
};

const productCard: TemplateDesign = {
  id: 'product_card',
  name: 'Product card',
  description: 'A card in a corner, as on a product page: name, price, call to action.',
  colours: { text: '#16181d', accent: '#16181d', panel: '#ffffff' },
  font: 'sans',
  groups: [
    {
      anchor: 'bottom_left',
      tallAnchor: 'bottom',
      width: 0.78,
      backdrop: { kind: 'panel', opacity: 0.96 },
      items: [
        { role: 'badge', size: 0.026, weight: 700, colour: 'accent', uppercase: true, lines: 1 },
        { role: 'title', size: 0.05, weight: 700, lines: 2, gap: 0.016 },
        { role: 'subtitle', size: 0.031, weight: 420, lines: 2, gap: 0.016 },
        { role: 'price', size: 0.052, weight: 700, gap: 0.024 },
        { role: 'cta', size: 0.031, weight: 600, shape: 'pill', gap: 0.028 },
      ],
    },
    {
      anchor: 'top_left',
      width: 0.4,
      backdrop: { kind: 'none', opacity: 0 },
      items: [{ role: 'logo', size: 0.085 }],
    },
  ],
  entrance: { kind: 'rise', start: 0.4, duration: 0.6, stagger: 0.08, easing: 'ease_out' },
  exit: { kind: 'fade', duration: 0.4 },
};

const story: TemplateDesign = {
  id: 'story',
  name: 'Story',
  description: 'Centred for tall frames, in a serif, clear of what the platforms lay over a video.',
  colours: { text: '#ffffff', accent: '#ffffff', panel: '#1b1410' },
  font: 'serif',
  groups: [
    {
      anchor: 'top',
      width: 0.6,
      backdrop: { kind: 'none', opacity: 0 },
      items: [
        { role: 'logo', size: 0.1 },
        { role: 'badge', size: 0.032, weight: 600, shape: 'pill', font: 'sans', gap: 0.03 },
      ],
    },
    {
      anchor: 'bottom',
      width: 0.98,
      backdrop: { kind: 'scrim', opacity: 0.5 },
      items: [
        { role: 'title', size: 0.1, weight: 600, lines: 3 },
        { role: 'subtitle', size: 0.042, weight: 420, lines: 3, font: 'sans', gap: 0.03 },
        { role: 'price', size: 0.054, weight: 600, font: 'sans', gap: 0.034 },
        { role: 'cta', size: 0.042, weight: 600, shape: 'pill', font: 'sans', gap: 0.044 },
      ],
    },
  ],
  entrance: { kind: 'fade', start: 0.3, duration: 0.9, stagger: 0.18, easing: 'ease_in_out' },
  exit: { kind: 'fade', duration: 0.5 },
};

const logoSting: TemplateDesign = {
  id: 'logo_sting',
  name: 'Logo sting',
  description: 'The logo and a line, in the middle, over the last half of the clip.',
  colours: { text: '#ffffff', accent: '#ffffff', panel: '#0e0e10' },
  font: 'sans',
  groups: [
    {
      anchor: 'center',
      width: 1,
      backdrop: { kind: 'scrim', opacity: 0.55 },
      items: [
        { role: 'logo', size: 0.22 },
        { role: 'title', size: 0.085, weight: 700, lines: 2, gap: 0.045 },
        { role: 'subtitle', size: 0.04, weight: 450, lines: 2, gap: 0.022 },
        { role: 'price', size: 0.06, weight: 700, gap: 0.03 },
        { role: 'badge', size: 0.034, weight: 650, shape: 'tag', gap: 0.03 },
        { role: 'cta', size: 0.038, weight: 600, shape: 'pill', gap: 0.042 },
      ],
    },
  ],
  entrance: { kind: 'scale', start: '45%', duration: 0.7, stagger: 0.14, easing: 'ease_out' },
  exit: { kind: 'none', duration: 0 },
};

export const builtinDesigns: readonly TemplateDesign[] = [lowerThird, sale, productCard, story, logoSting];
