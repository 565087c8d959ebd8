import type { Model } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import { impossible, instead, type Choices } from '../choices.ts';
import type { Failure } from '../errors.ts';
import { usualLimits } from '../photo/prepare.ts';
import type { TextName } from '../texts/texts.ts';
import type { View } from '../view.ts';
import { icon } from './icons.ts';

export const sentence = ({ flow, texts }: View, failure: Failure): string =>
  texts.t(failure.text, { size: texts.bytes(flow.wishes.model?.photo.max_bytes ?? usualLimits.max_bytes) });

/** The API gives its reasons in English; visitors of other languages get a sentence of their own. */
export const translated = ({ texts }: View, reason: string, own: TextName): string =>
  texts.lang === 'en' ? reason : texts.t(own);

/** Why one of these choices cannot be had with the others: “only at 6 sec”. Null when it can. */
export function because(view: View, model: Model, choices: Choices, fixed: keyof Choices): string | null {
  const { texts } = view;
  const reason = impossible(model, choices);
  if (reason === null) return null;
  const other = instead(model, choices, fixed);
  if (!other) return translated(view, reason, 'notPossible');
  const values =
    other.name === 'duration_s' ? other.values.map((seconds) => texts.duration(seconds)) : other.values;
  return texts.t('onlyAt', { values: texts.anyOf(values) });
}

/** A refused file, or something the visitor should know, without taking him anywhere else. */
export function notices(view: View): TemplateResult | typeof nothing {
  const { refusal, notice } = view.flow;
  if (refusal) {
    return html`<p class="notice bad" part="error">
      ${icon('alert')}<span>${sentence(view, refusal)}</span>
    </p>`;
  }
  return notice ? html`<p class="notice" part="notice"><span>${view.texts.t(notice)}</span></p>` : nothing;
}
