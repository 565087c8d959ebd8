import { css } from 'lit';

/** What every component of the console wears: type, buttons, fields, tables, badges. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  pre,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: 1.5rem;
    line-height: 1.25;
    font-weight: 650;
    letter-spacing: -0.018em;
    text-wrap: balance;
    outline: 0;
  }
  h2 {
    font-size: 1.0625rem;
    line-height: 1.35;
    font-weight: 620;
    letter-spacing: -0.01em;
  }
  h3 {
    font-size: 0.9375rem;
    font-weight: 600;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: 0.8125rem;
    line-height: 1.5;
  }
  .bad {
    color: var(--danger);
  }
  .good {
    color: var(--good);
  }
  .mono {
    font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace;
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  a {
    color: var(--accent-text);
    text-underline-offset: 0.2em;
  }
  :focus-visible {
    outline: 2px solid var(--accent-text);
    outline-offset: 2px;
    border-radius: 0.25rem;
  }
  .stack {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: center;
  }
  .spread {
    justify-content: space-between;
  }
  .page-head {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1rem;
    align-items: end;
    justify-content: space-between;
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }
  .card.pad {
    padding: 1.25rem;
  }
  .card > header {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 1rem 1.25rem;
    border-block-end: 1px solid var(--line);
  }
  .card > header > :first-child {
    flex: 1 1 auto;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  .card > header > div:first-child:not(:only-child) {
    flex: 1 1 12rem;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    margin: 0;
  }
  .button {
    appearance: none;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-block-size: 2.5rem;
    padding: 0.375rem 0.9375rem;
    border: 1px solid var(--line);
    border-radius: 0.625rem;
    background: var(--raised);
    color: var(--text);
    font-weight: 550;
    line-height: 1.25;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color 0.15s,
      border-color 0.15s;
  }
  .button:hover {
    border-color: color-mix(in oklab, var(--text) 28%, var(--line));
  }
  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  .button.primary:hover {
    background: color-mix(in oklab, var(--accent), #000 10%);
  }
  .button.danger {
    border-color: transparent;
    background: var(--danger-fill);
    color: #fff;
  }
  .button.quiet {
    border-color: transparent;
    background: none;
    color: var(--muted);
  }
  .button.quiet:hover {
    background: color-mix(in oklab, var(--text) 7%, transparent);
    color: var(--text);
  }
  .button:disabled,
  .button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.55;
  }
  .button.square {
    inline-size: 2.5rem;
    padding: 0;
  }
  .button.wide {
    inline-size: 100%;
  }
  .link {
    appearance: none;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent-text);
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
  }
  .field {
    display: grid;
    gap: 0.375rem;
  }
  .field > label,
  .label {
    font-weight: 550;
    font-size: 0.875rem;
  }
  .input {
    appearance: none;
    inline-size: 100%;
    min-block-size: 2.5rem;
    padding: 0.4375rem 0.75rem;
    border: 1px solid color-mix(in oklab, var(--text) 32%, var(--surface));
    border-radius: 0.625rem;
    background: var(--surface);
    transition: border-color 0.15s;
  }
  .input:focus-visible {
    outline: 2px solid var(--accent-text);
    outline-offset: 0;
    border-color: transparent;
    border-radius: 0.625rem;
  }
  .input[aria-invalid='true'] {
    border-color: var(--danger);
  }
  select.input {
    padding-inline-end: 2rem;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-size: 0.35rem 0.35rem;
    background-position:
      right 1.05rem center,
      right 0.72rem center;
    background-repeat: no-repeat;
  }
  textarea.input {
    min-block-size: 6rem;
    resize: vertical;
  }
  .check {
    display: flex;
    gap: 0.625rem;
    align-items: start;
  }
  .check input {
    flex: none;
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin-block-start: 0.15rem;
    accent-color: var(--accent);
  }
  .badge {
    display: inline-flex;
    gap: 0.375rem;
    align-items: center;
    padding: 0.125rem 0.5625rem;
    border-radius: 99rem;
    background: color-mix(in oklab, var(--text) 8%, transparent);
    font-size: 0.8125rem;
    font-weight: 550;
    line-height: 1.45;
    white-space: nowrap;
  }
  .badge.good {
    background: color-mix(in oklab, var(--good) 14%, transparent);
    color: var(--good);
  }
  .badge.warn {
    background: color-mix(in oklab, var(--warn) 14%, transparent);
    color: var(--warn);
  }
  .badge.bad {
    background: color-mix(in oklab, var(--danger) 13%, transparent);
    color: var(--danger);
  }
  .badge.accent {
    background: var(--tint);
    color: var(--accent-text);
  }
  .notice {
    display: flex;
    gap: 0.75rem;
    padding: 0.75rem 1rem;
    border: 1px solid color-mix(in oklab, var(--accent) 30%, var(--line));
    border-radius: var(--radius);
    background: var(--tint);
  }
  .notice.bad {
    border-color: color-mix(in oklab, var(--danger) 35%, var(--line));
    background: color-mix(in oklab, var(--danger) 8%, var(--surface));
    color: var(--text);
  }
  .notice.warn {
    border-color: color-mix(in oklab, var(--warn) 35%, var(--line));
    background: color-mix(in oklab, var(--warn) 9%, var(--surface));
    color: var(--text);
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.6875rem 1.25rem;
    text-align: start;
    vertical-align: middle;
    border-block-start: 1px solid var(--line);
  }
  thead th {
    border: 0;
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 550;
    white-space: nowrap;
  }
  thead + tbody tr:first-child > * {
    border-block-start: 1px solid var(--line);
  }
  th[scope='row'] {
    font-weight: 530;
    white-space: nowrap;
  }
  td.end,
  th.end {
    text-align: end;
  }
  .empty {
    display: grid;
    gap: 0.75rem;
    justify-items: center;
    padding: 3rem 1.5rem;
    text-align: center;
    color: var(--muted);
  }
  .empty h2 {
    color: var(--text);
  }
  .skeleton {
    border-radius: 0.5rem;
    background: color-mix(in oklab, var(--text) 7%, transparent);
    color: transparent;
    user-select: none;
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  .line-skeleton {
    block-size: 1rem;
    inline-size: 100%;
  }
  .line-skeleton:nth-child(2n) {
    inline-size: 70%;
  }
  .pad-block {
    padding: 1.25rem;
  }
  .icon {
    flex: none;
    inline-size: 1.25rem;
    block-size: 1.25rem;
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
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before {
      animation-duration: 0s !important;
      transition-duration: 0s !important;
    }
  }
  @media (max-width: 40rem) {
    th,
    td {
      padding-inline: 1rem;
    }
    .card.pad {
      padding: 1rem;
    }
  }
`;
