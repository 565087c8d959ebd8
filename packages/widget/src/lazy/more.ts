import type { Model } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Choices } from '../choices.ts';
import type { View } from '../view.ts';
import { icon } from '../views/icons.ts';
import { because } from '../views/notices.ts';
import { enMore } from '../texts/en-more.ts';
import { addEnglish } from '../texts/texts.ts';
import { endPhoto } from './end-photo.ts';

export { moreStyles } from '../styles/more.ts';
export { modelView } from './models.ts';

/** What most visitors leave as it is. A control is there only when the model can do it. */
export function moreView(view: View, model: Model, choices: Choices): TemplateResult | typeof nothing {
  const controls = Object.entries(all).map(([name, control]) =>
    view.hides(name as keyof typeof all) ? nothing : control(view, model, choices),
  );
  if (controls.every((control) => control === nothing)) return nothing;
  // What should happen is all there is to say to a model that reads scenes.
  return html`<details class="more" part="more" ?open=${model.prompt?.role === 'scene'}>
    <summary><span>${view.texts.t('more')}</span>${icon('chevron')}</summary>
    <div class="more-body">${controls}</div>
  </details>`;
}

addEnglish(enMore);

type Control = (view: View, model: Model, choices: Choices) => TemplateResult | typeof nothing;

/** Several lines of words, in whatever direction they are written. */
const words = (
  part: string,
  { value, max, example = '' }: { value: string; max: number; example?: string },
  take: (text: string) => void,
): TemplateResult =>
  html`<textarea
    class="input"
    part=${part}
    dir="auto"
    rows="2"
    maxlength=${max}
    placeholder=${example}
    .value=${value}
    @input=${(event: Event) => take((event.target as HTMLTextAreaElement).value)}
  ></textarea>`;

/** `camera`: the words choose the move, and it is seen at once which one. `scene`: they go to the model. */
const prompt: Control = ({ flow, texts }, model, choices) => {
  if (!model.prompt) return nothing;
  const isCamera = model.prompt.role === 'camera';
  const understood = flow.wishes.wordedMove
    ? texts.t('promptMove', { move: texts.t(flow.wishes.wordedMove) })
    : texts.t('promptNone');
  return html`<label class="control">
    <span class="field-label">${texts.t(isCamera ? 'promptCamera' : 'promptScene')}</span>
    ${words(
      'prompt',
      {
        value: choices.prompt,
        max: model.prompt.max_length,
        example: isCamera ? texts.t('promptExample') : '',
      },
      (text) => void flow.wishes.say(text),
    )}
    ${isCamera ? html`<span class=${flow.wishes.wordedMove ? 'note good' : 'note'}>${understood}</span>` : nothing}
  </label>`;
};

const strength: Control = ({ flow, texts }, model, choices) =>
  model.camera_strength && choices.move !== 'static'
    ? html`<label class="control">
        <span class="field-label">${texts.t('strength')}</span>
        <input
          class="slider"
          type="range"
          part="strength"
          min="0"
          max="1"
          step="0.05"
          aria-valuetext=${texts.percent(choices.strength)}
          .value=${String(choices.strength)}
          @input=${(event: Event) => flow.wishes.change({ strength: (event.target as HTMLInputElement).valueAsNumber })}
        />
      </label>`
    : nothing;

const rate: Control = (view, model, choices) => {
  if (model.fps.length < 2) return nothing;
  const { flow, texts } = view;
  const reasons = model.fps.map((fps) => because(view, model, { ...choices, fps }, 'fps'));
  const reason = reasons.find((each) => each !== null);
  return html`<fieldset class="control" part="fps">
    <legend class="field-label">${texts.t('fps')}</legend>
    <span class="segments">
      ${model.fps.map(
        (fps, index) =>
          html`<label class="segment">
            <input
              class="over"
              type="radio"
              name="fps"
              value=${fps}
              ?disabled=${reasons[index] !== null && fps !== choices.fps}
              .checked=${fps === choices.fps}
              @change=${() => flow.wishes.change({ fps })}
            />
            <span>${texts.number(fps)}</span>
          </label>`,
      )}
    </span>
    ${reason ? html`<span class="note">${reason}</span>` : nothing}
  </fieldset>`;
};

const loop: Control = ({ flow, texts }, model, choices) =>
  model.loop
    ? html`<label class="switch">
        <input
          type="checkbox"
          part="loop"
          .checked=${choices.loop}
          @change=${(event: Event) => flow.wishes.change({ loop: (event.target as HTMLInputElement).checked })}
        />
        <span>${texts.t('loop')}</span>
      </label>`
    : nothing;

const unwanted: Control = ({ flow, texts }, model, choices) =>
  model.negative_prompt
    ? html`<label class="control">
        <span class="field-label">${texts.t('negativePrompt')}</span>
        ${words(
          'negative-prompt',
          { value: choices.negative_prompt, max: model.negative_prompt.max_length },
          (text) => flow.wishes.change({ negative_prompt: text }),
        )}
      </label>`
    : nothing;

const largestSeed = 4_294_967_295;

/** Digits only; empty means another one each time. */
const seed: Control = ({ flow, texts }, model, choices) => {
  if (!model.seed || model.prompt?.role !== 'scene') return nothing;
  const take = ({ target }: Event): void => {
    const digits = (target as HTMLInputElement).value.replace(/\D/g, '');
    flow.wishes.change({ seed: digits === '' ? null : Math.min(Number(digits), largestSeed) });
  };
  return html`<label class="control">
    <span class="field-label">${texts.t('seed')}</span>
    <input
      class="input line"
      part="seed"
      inputmode="numeric"
      autocomplete="off"
      placeholder=${texts.t('seedNone')}
      .value=${live(choices.seed === null ? '' : String(choices.seed))}
      @input=${take}
    />
  </label>`;
};

const all = {
  prompt,
  negative_prompt: unwanted,
  camera_strength: strength,
  fps: rate,
  loop,
  seed,
  end_frame: endPhoto,
};
