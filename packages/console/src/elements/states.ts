import { html, type TemplateResult } from 'lit';
import { sentenceOf } from '../data/api.ts';

/** What stands where something could not be read. */
export const failed = (error: unknown, retry: () => unknown): TemplateResult =>
  unread(sentenceOf(error), retry);

/** The same, where the sentence is known. */
export const unread = (sentence: string, retry: () => unknown): TemplateResult =>
  html`<div class="empty" role="alert">
    <p>${sentence}</p>
    <button class="button" type="button" @click=${() => void retry()}>Try again</button>
  </div>`;

/** Lines that stand in for text until it comes. */
export const lines = (count: number): TemplateResult =>
  html`<div class="stack pad-block" aria-hidden="true">
    ${Array.from({ length: count }, () => html`<span class="skeleton line-skeleton"></span>`)}
  </div>`;
