import { html, type TemplateResult } from 'lit';

export const brandMark: TemplateResult = html`<svg
  class="brand-mark"
  viewBox="0 0 32 32"
  width="26"
  height="26"
  aria-hidden="true"
>
  <rect width="32" height="32" rx="9" fill="var(--accent)" />
  <path d="M12.6 9.9v12.2a1 1 0 0 0 1.5.9l9.6-6.1a1 1 0 0 0 0-1.7L14.1 9a1 1 0 0 0-1.5.9Z" fill="#fff" />
</svg>`;
