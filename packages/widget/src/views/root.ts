import { html, nothing, type TemplateResult } from 'lit';
import type { View } from '../view.ts';
import { choicesView } from './choices.ts';
import { emptyView } from './empty.ts';
import { failedView } from './failed.ts';
import { stageView } from './stage.ts';
import { workingView } from './working.ts';

type Part = TemplateResult | typeof nothing;

/** What comes in chunks of its own, once it is needed and has arrived. */
export interface LateViews {
  video: () => Part;
  panel: () => Part;
  history: () => Part;
  /** They will not come: the connection broke, or the files are gone. */
  lost: boolean;
}

/** The whole card. Its `data-state` tells where the visitor is. */
export function rootView(view: View, late: LateViews): TemplateResult {
  const { flow, texts, announcer } = view;
  const { state } = flow;
  return html`<div
    class="root"
    part="root drop"
    role="group"
    aria-label=${texts.t('title')}
    data-state=${state}
    lang=${texts.lang}
    dir=${texts.dir}
  >
    <div class="card" part="card">
      ${
        state === 'loading'
          ? html`<div class="waiting-card" aria-busy="true"><span class="spinner"></span></div>`
          : state === 'empty'
            ? emptyView(view)
            : html`<div class=${hasStage(view) ? 'body' : 'body alone'}>
                ${state === 'done' && !late.lost ? late.video() : hasStage(view) ? stageView(view) : nothing}
                <div class="panel" part="panel">${panel(view, late)}</div>
              </div>`
      }
      ${late.history()}
      ${view.dragging ? html`<div class="drag" aria-hidden="true">${texts.t('dropHere')}</div>` : nothing}
    </div>
    ${fileInput(view, 'file-input')} ${view.camera === 'picker' ? fileInput(view, 'camera-input') : nothing}
    <p class="sr" role="status" aria-live="polite">${announcer.text}</p>
  </div>`;
}

/** What failed before a photo could be shown has nothing to stand beside its words. */
const hasStage = ({ flow }: View): boolean =>
  flow.state !== 'failed' || flow.scene !== null || flow.photo.opaque;

function panel(view: View, late: LateViews): Part {
  switch (view.flow.state) {
    case 'working':
      return workingView(view);
    case 'failed':
      return failedView(view);
    case 'done':
      return late.lost ? plainResult(view) : late.panel();
    default:
      return choicesView(view);
  }
}

/** Without the chunk there is still the video. */
const plainResult = ({ flow, texts }: View): TemplateResult =>
  html`<h2 class="heading" part="done-title" tabindex="-1">${texts.t('doneTitle')}</h2>
    <a class="button primary wide" part="download" href=${flow.result?.output?.download_url ?? ''}>
      ${texts.t('download')}
    </a>`;

/** Buttons open it, so that it need not be drawn. `capture` asks a telephone for its camera. */
function fileInput({ flow, texts }: View, part: 'file-input' | 'camera-input'): TemplateResult {
  const isCamera = part === 'camera-input';
  const take = ({ target }: Event): void => {
    const input = target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // So that the same file can be picked again.
    input.value = '';
    if (files.length > 0) void flow.choose(files);
  };
  return html`<input
    class="sr"
    type="file"
    part=${part}
    accept="image/*,.heic,.heif"
    capture=${isCamera ? 'environment' : nothing}
    aria-label=${texts.t(isCamera ? 'takePhoto' : 'choose')}
    tabindex="-1"
    @change=${take}
  />`;
}
