import { html, type TemplateResult } from 'lit';

/** A link without a token, or with one that is used up. */
export const linkEnded = (again: string): TemplateResult =>
  html`<div class="stack" role="alert">
    <h1 tabindex="-1">This link does not work any more</h1>
    <p>Links in our mails work once and for a short time. Have a new one sent.</p>
    <a class="button primary wide" href=${again}>Ask for a new link</a>
  </div>`;
