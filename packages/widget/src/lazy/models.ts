import type { Model } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import { fit, price } from '../choices.ts';
import type { View } from '../view.ts';
import { credits } from '../views/choices.ts';
import { icon } from '../views/icons.ts';

/** Who makes the video, where there is a choice: what each costs with what is chosen now, and how long it takes. */
export function modelView(view: View): TemplateResult | typeof nothing {
  const { flow, texts } = view;
  const { models, model } = flow.wishes;
  if (models.length < 2 || view.hides('model')) return nothing;
  return html`<details class="more" part="model">
    <summary>
      <span>${texts.t('model')}</span><span class="chosen">${model?.name}</span>${icon('chevron')}
    </summary>
    <div class="models" part="models" role="radiogroup" aria-label=${texts.t('model')}>
      ${models.map((each) => row(view, each, each === model))}
    </div>
  </details>`;
}

function row(view: View, model: Model, isChosen: boolean): TemplateResult {
  const { flow } = view;
  return html`<label class="model">
    <input
      class="over"
      type="radio"
      name="model"
      value=${model.id}
      .checked=${isChosen}
      @change=${() => flow.wishes.use(model.id)}
    />
    <b>${model.name}</b>
    <span class="note">${model.description}</span>
    <span class="note">${facts(view, model).join(' · ')}</span>
  </label>`;
}

/** The price is of what would be made by this model: its own nearest to what is chosen. */
function facts(view: View, model: Model): string[] {
  const { flow, texts } = view;
  const choices = fit(model, flow.wishes.wished);
  return [
    credits(view, price(model, choices)),
    `${texts.duration(choices.duration_s)}, ${choices.resolution}`,
    model.sound ? texts.t('withSound') : '',
    model.typical_s ? texts.t('usually', texts.range(model.typical_s)) : '',
  ].filter(Boolean);
}
