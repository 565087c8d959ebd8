import { html, nothing, type TemplateResult } from 'lit';
import type { Stage } from '../events.ts';
import type { View } from '../view.ts';
import { icon } from './icons.ts';

const order: readonly Stage[] = ['uploading', 'queued', 'rendering', 'finishing'];

/** Where the video is, truly: named stages, the server's own percentage, the line in front of it. */
export function workingView({ flow, texts }: View): TemplateResult {
  const { t } = texts;
  const { stage, canceling } = flow.job;
  const at = order.indexOf(stage);
  const done = workDone({ flow });
  return html`<div class="working">
    <div class="working-head">
      <h2 class="heading" part="stage-name" tabindex="-1">${t(stage)}</h2>
      <span class="percent">${done === null ? '' : texts.percent(done)}</span>
    </div>
    ${
      done === null
        ? html`<progress part="progress" role="progressbar" aria-label=${t(stage)}></progress>`
        : html`<progress
            part="progress"
            role="progressbar"
            aria-label=${t(stage)}
            max="1"
            value=${done}
          ></progress>`
    }
    <ol class="steps">
      ${order.map(
        (step, index) =>
          html`<li
            class=${index < at ? 'step past' : index === at ? 'step now' : 'step'}
            aria-current=${index === at ? 'step' : nothing}
          >
            <span class="dot">${index < at ? icon('check') : nothing}</span><span>${t(step)}</span>
          </li>`,
      )}
    </ol>
    <p class="note times">
      <span>${clock(flow.job.elapsedS)}</span><span>${expectation({ flow, texts })}</span>
    </p>
    <p class="note">
      ${flow.upload.paused ? t('offline') : flow.remembers && flow.job.generation ? t('leave') : nothing}
    </p>
    <button
      class="button wide"
      type="button"
      part="cancel"
      ?disabled=${canceling}
      @click=${() => void flow.cancel()}
    >
      ${canceling ? html`<span class="spinner"></span>` : nothing}${t('cancel')}
    </button>
  </div>`;
}

/** 0 to 1 of the stage that can be measured; null while there is nothing but waiting. */
export function workDone({ flow }: Pick<View, 'flow'>): number | null {
  const { stage, generation } = flow.job;
  if (stage === 'uploading') return flow.hasPhoto ? null : flow.upload.progress;
  // A provider that tells no progress is not given any.
  return stage === 'queued' ? null : generation?.progress || null;
}

function expectation({ flow, texts }: Pick<View, 'flow' | 'texts'>): string {
  const { generation, stage } = flow.job;
  const queue = generation?.queue;
  const parts: string[] = [];
  if (stage === 'queued' && queue) {
    parts.push(queue.position <= 1 ? texts.t('next') : texts.t('inLine', { n: queue.position }));
  }
  if (queue?.eta_s) parts.push(texts.t('remaining', texts.range(queue.eta_s)));
  else {
    const typical = flow.wishes.models.find(({ id }) => id === generation?.model)?.typical_s;
    if (typical)
      parts.push(
        flow.job.elapsedS > typical.high ? texts.t('longer') : texts.t('usually', texts.range(typical)),
      );
  }
  return parts.join(' ');
}

/** 0:07, 1:42. */
const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
