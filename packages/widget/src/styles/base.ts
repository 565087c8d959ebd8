import { css } from 'lit';

/**
 * Nothing of the page gets in (research: `all: initial` first, no `rem`), except custom properties, `direction`
 * and whether the page is light or dark. The unit is `em` from `medium`: what the visitor has set in his
 * browser, whatever the page has done to its root.
 */
export const base = css`
  :host {
    all: initial;
    display: block;
    /* In a row of flex items or a grid it may become as narrow as they are. */
    min-inline-size: 0;
    color-scheme: inherit;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none;
  }
  .root {
    all: initial;
    color-scheme: inherit;
    --accent: var(--imgvid-accent, light-dark(#2257e7, #3a68ea));
    --on-accent: var(--imgvid-on-accent, #fff);
    --surface: var(--imgvid-surface, light-dark(#fff, #17191e));
    --well: var(--imgvid-well, light-dark(#f3f4f7, #0d0f12));
    --text: var(--imgvid-text, light-dark(#14171c, #f1f3f6));
    --muted: var(--imgvid-muted, light-dark(#59616e, #a4acb9));
    --line: var(--imgvid-line, light-dark(#e2e5ea, #2c3038));
    --danger: var(--imgvid-danger, light-dark(#c02b2b, #ff8f86));
    --good: light-dark(#19713f, #6fd59a);
    --tint: color-mix(in oklab, var(--accent) 10%, var(--surface));
    --accent-text: light-dark(var(--accent), color-mix(in oklab, var(--accent), #fff 42%));
    --radius: var(--imgvid-radius, 1.25em);
    --ring: 0 0 0 2px var(--surface), 0 0 0 4px var(--accent);
    --track: color-mix(in oklab, var(--text) 12%, var(--surface));
    --ease: cubic-bezier(0.2, 0.7, 0.2, 1);
    box-sizing: border-box;
    position: relative;
    display: block;
    container: imgvid / inline-size;
    /* A container has no width of its own: without this, a dialog or float around it would be empty. */
    contain-intrinsic-inline-size: 20em;
    color: var(--text);
    font: 400 medium / 1.5
      var(--imgvid-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif);
    text-align: start;
    -webkit-font-smoothing: antialiased;
    -webkit-text-size-adjust: 100%;
    -webkit-tap-highlight-color: transparent;
  }
  .root *,
  .root *::before,
  .root *::after {
    box-sizing: border-box;
  }
  .card {
    position: relative;
    overflow: clip;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--imgvid-shadow, 0 1px 2px rgb(16 24 40 / 5%), 0 12px 32px -12px rgb(16 24 40 / 14%));
  }
  h2,
  p,
  ol,
  ul,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  ol,
  ul {
    list-style: none;
  }
  .title {
    font-size: 1.5em;
    line-height: 1.25;
    font-weight: 650;
    letter-spacing: -0.018em;
    text-wrap: balance;
  }
  .heading {
    font-size: 1.125em;
    line-height: 1.35;
    font-weight: 620;
    letter-spacing: -0.01em;
    text-wrap: balance;
    outline: 0;
  }
  .lead {
    color: var(--muted);
    text-wrap: pretty;
  }
  .note {
    font-size: 0.8125em;
    line-height: 1.5;
    color: var(--muted);
  }
  .note.good {
    color: var(--good);
  }
  .icon {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    padding: 0;
    border: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .spinner {
    flex: none;
    inline-size: 1.125em;
    block-size: 1.125em;
    border: 2px solid color-mix(in oklab, currentColor 25%, transparent);
    border-block-start-color: currentColor;
    border-radius: 50%;
    animation: spin 0.8s linear infinite;
  }
  @keyframes spin {
    to {
      transform: rotate(1turn);
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(0.375em);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .root *,
    .root *::before {
      animation-duration: 0s !important;
      transition-duration: 0s !important;
    }
    .spinner {
      animation-duration: 2.4s !important;
    }
  }
`;
