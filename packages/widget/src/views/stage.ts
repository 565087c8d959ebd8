import { html, nothing, type TemplateResult } from 'lit';
import type { View } from '../view.ts';
import { icon } from './icons.ts';

/** The photo with the camera move on it, in the shape of the video; dimmed while the video is being made. */
export function stageView(view: View): TemplateResult {
  const { flow } = view;
  return html`<div class="stage" part="stage">
    ${
      flow.photo.picture
        ? html`<div class="frame moving" part="preview">
            <canvas aria-hidden="true"></canvas>
            ${flow.state === 'ready' || flow.state === 'uploading' ? playButton(view) : nothing}
          </div>`
        : placeholder(view)
    }
    ${flow.state === 'uploading' ? uploadPill(view) : nothing}
  </div>`;
}

/** While the server makes a photo this browser cannot decode into one that it can. */
function placeholder({ flow, texts }: View): TemplateResult {
  if (!flow.photo.opaque) return html`<span class="spinner"></span>`;
  return html`<div class="placeholder">${icon('photo')}<span>${texts.t('noPreview')}</span></div>`;
}

function playButton({ preview, texts }: View): TemplateResult {
  const name = texts.t(preview.playing ? 'pause' : 'play');
  return html`<button
    class="round play"
    type="button"
    part="play"
    title=${name}
    aria-label=${name}
    @click=${() => preview.toggle()}
  >
    ${icon(preview.playing ? 'pause' : 'play')}
  </button>`;
}

/** How far the photo has come, small and out of the way: the visitor chooses meanwhile. */
function uploadPill({ flow, texts }: View): TemplateResult {
  const { progress, paused } = flow.upload;
  const remove = texts.t('removePhoto');
  return html`<div class="pill">
    <span class="pill-text">
      ${paused ? texts.t('offline') : html`${texts.t('uploading')} <b>${texts.percent(progress)}</b>`}
    </span>
    <progress
      part="progress"
      role="progressbar"
      aria-label=${texts.t('uploading')}
      max="1"
      .value=${progress}
    ></progress>
    <button
      class="pill-button"
      type="button"
      part="cancel"
      title=${remove}
      aria-label=${remove}
      @click=${() => flow.reset()}
    >
      ${icon('close')}
    </button>
  </div>`;
}
