import { html, svg, type TemplateResult } from 'lit';

/** Strokes on a grid of 24, drawn for this widget. */
const paths = {
  photo:
    'M5 4.75h14A1.25 1.25 0 0 1 20.25 6v12A1.25 1.25 0 0 1 19 19.25H5A1.25 1.25 0 0 1 3.75 18V6A1.25 1.25 0 0 1 5 4.75ZM4 16.5l4.6-4.6a1.25 1.25 0 0 1 1.8 0L17 18.75M14 13.5l1.6-1.6a1.25 1.25 0 0 1 1.8 0l2.85 2.85M15 8.5h.01',
  camera:
    'M4.75 8h2.5l1.5-2.25h6.5L16.75 8h2.5A1.25 1.25 0 0 1 20.5 9.25v8.5A1.25 1.25 0 0 1 19.25 19H4.75a1.25 1.25 0 0 1-1.25-1.25v-8.5A1.25 1.25 0 0 1 4.75 8ZM12 16.25a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5Z',
  play: 'M8 5.6v12.8a.6.6 0 0 0 .92.5l9.9-6.4a.6.6 0 0 0 0-1L8.92 5.1A.6.6 0 0 0 8 5.6Z',
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  download: 'M12 4v11m0 0 4.25-4.25M12 15l-4.25-4.25M4.75 19.25h14.5',
  share: 'M12 14.5V4m0 0 3.75 3.75M12 4 8.25 7.75M7.5 11H5.75v9.25h12.5V11H16.5',
  again: 'M19.25 12a7.25 7.25 0 1 1-2.2-5.2M19.5 3.75v4h-4',
  trash: 'M4.75 7h14.5M9.5 7V4.75h5V7m2.75 0-.75 12.25h-9L6.75 7M10.25 10.5v5.25m3.5-5.25v5.25',
  close: 'm6 6 12 12M18 6 6 18',
  chevron: 'm7 9.75 5 5 5-5',
  check: 'm5.5 12.5 4.25 4.25 8.75-9.5',
  alert: 'M12 8v5m0 3.25h.01M12 20.25a8.25 8.25 0 1 0 0-16.5 8.25 8.25 0 0 0 0 16.5Z',
} as const;

export type IconName = keyof typeof paths;

export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    <path d=${paths[name]} />
  </svg>`;

/** The outline of a shape, as wide or tall as it is. */
export function shapeIcon(width: number, height: number): TemplateResult {
  const scale = 17 / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    ${svg`<rect x=${12 - w / 2} y=${12 - h / 2} width=${w} height=${h} rx="2.2" />`}
  </svg>`;
}
