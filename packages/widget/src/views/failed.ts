import { html, nothing, type TemplateResult } from 'lit';
import type { View } from '../view.ts';
import { icon } from './icons.ts';
import { notices, sentence } from './notices.ts';

/** What went wrong in a kind sentence, that it cost nothing, and a way on. */
export function failedView(view: View): TemplateResult {
  const { flow, texts } = view;
  const { failure } = flow;
  if (!failure) return html``;
  const retry = html`<button
    class="button primary wide"
    type="button"
    part="retry"
    @click=${() => void flow.retry()}
  >
    ${icon('again')}${texts.t('retry')}
  </button>`;
  const other = html`<button
    class=${failure.way === 'photo' ? 'button primary wide' : 'button wide'}
    type="button"
    part="other-photo"
    @click=${view.pickPhoto}
  >
    ${icon('photo')}${texts.t('otherPhoto')}
  </button>`;
  return html`<div class="failed">
    <div part="error">
      <span class="badge bad">${icon('alert')}</span>
      <h2 class="heading" part="error-title" tabindex="-1">${texts.t('failedTitle')}</h2>
      <p class="lead">${sentence(view, failure)}</p>
      <p class="note">${texts.t('notCharged')}</p>
    </div>
    <div class="stack">
      ${notices(view)} ${failure.way === 'retry' ? retry : nothing}
      ${failure.way === 'none' ? nothing : other}
      <button
        class="link"
        type="button"
        part="reset"
        @click=${() => (flow.hasPhoto ? flow.again() : flow.reset())}
      >
        ${texts.t('back')}
      </button>
    </div>
  </div>`;
}
