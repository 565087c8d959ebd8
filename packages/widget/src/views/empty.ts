import { html, nothing, type TemplateResult } from 'lit';
import { usualLimits } from '../photo/prepare.ts';
import type { View } from '../view.ts';
import { icon } from './icons.ts';
import { illustration } from './illustration.ts';
import { notices } from './notices.ts';

/** The invitation: a photo, by whatever way suits the visitor. */
export function emptyView(view: View): TemplateResult {
  const { flow, texts, camera } = view;
  const { t } = texts;
  const limit = flow.wishes.model?.photo.max_bytes ?? usualLimits.max_bytes;
  return html`<div class="empty" aria-busy=${flow.preparing}>
    ${illustration()}
    <h2 class="title">${t('title')}</h2>
    <p class="lead">${t('lead')}</p>
    <div class="buttons">
      <button
        class="button primary"
        type="button"
        part="choose"
        aria-disabled=${flow.preparing ? 'true' : nothing}
        @click=${view.pickPhoto}
      >
        ${flow.preparing ? html`<span class="spinner"></span>${t('preparing')}` : html`${icon('photo')}${t('choose')}`}
      </button>
      ${
        camera === 'none' || view.hides('take_photo') || flow.preparing
          ? nothing
          : html`<button class="button" type="button" part="camera" @click=${view.takePhoto}>
              ${icon('camera')}${t('takePhoto')}
            </button>`
      }
    </div>
    ${notices(view)}
    <p class="note">${t('formats', { size: texts.bytes(limit) })}</p>
  </div>`;
}
