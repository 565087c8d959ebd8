import type { AspectRatio, CameraMove, Model } from '@imgvid/api/types';
import { cameraMoves } from '@imgvid/renderer/moves';
import { html, nothing, type TemplateResult } from 'lit';
import { impossible, price, type Choices } from '../choices.ts';
import type { View } from '../view.ts';
import { icon, shapeIcon } from './icons.ts';
import { because, notices, translated } from './notices.ts';

/** The decisions: a move, and one row of length, shape and quality. Then "Create", with its price. */
export function choicesView(view: View): TemplateResult {
  const { flow, texts } = view;
  const { t } = texts;
  const { model, choices } = flow.wishes;
  return html`<div class="panel-head">
      <h2 class="heading" id="moves" part="choices-title" tabindex="-1">${t('chooseMove')}</h2>
      <button class="link" type="button" part="change" @click=${view.pickPhoto}>${t('changePhoto')}</button>
    </div>
    ${notices(view)}
    ${
      model && choices
        ? html`${gallery(view, model, choices)} ${row(view, model, choices)} ${view.more?.modelView(view)}
          ${view.more?.moreView(view, model, choices)} ${createButton(view, model, choices)}`
        : html`<div class="waiting" aria-busy="true"><span class="spinner"></span></div>`
    }`;
}

/** Moves of the model this widget knows how to show. Standing still comes last: hardly anybody wants it. */
const known = (model: Model): CameraMove[] =>
  model.camera_moves
    .filter((move) => (cameraMoves as readonly string[]).includes(move))
    .sort((a, b) => Number(a === 'static') - Number(b === 'static'));

/** A desk shows three rows of tiles; where the model can do more, two of them and the way to the rest. */
const mostAtOnce = 12;
const folded = 8;

function gallery(view: View, model: Model, choices: Choices): TemplateResult | typeof nothing {
  const moves = known(model);
  if (moves.length === 0 || view.hides('camera_move')) return nothing;
  const { texts } = view;
  const isFolded = moves.length > mostAtOnce && !view.allMoves && moves.indexOf(choices.move) < folded;
  const showAll = (): void => {
    view.showAllMoves();
    void view.focusPart(`move-${moves[folded]}`);
  };
  // Folded or not, the telephone's row scrolls through all of them.
  return html`<div
      class=${isFolded ? 'tiles folded' : 'tiles'}
      part="moves"
      role="radiogroup"
      aria-labelledby="moves"
    >
      ${moves.map((move, i) => tile(view, choices, move, i >= folded))}
    </div>
    ${
      isFolded
        ? html`<button class="link all-moves" type="button" part="all-moves" @click=${showAll}>
            ${texts.t('allMoves', { n: moves.length })}${icon('chevron')}
          </button>`
        : nothing
    }`;
}

function tile({ flow, texts }: View, choices: Choices, move: CameraMove, isLater: boolean): TemplateResult {
  return html`<label class=${isLater ? 'tile later' : 'tile'}>
    <input
      class="over"
      type="radio"
      name="move"
      part=${`move-${move}`}
      value=${move}
      .checked=${choices.move === move}
      @change=${() => flow.wishes.change({ move })}
    />
    <span class="tile-view moving"
      >${flow.photo.picture ? html`<canvas data-move=${move} aria-hidden="true"></canvas>` : nothing}</span
    >
    <span class="tile-name">${texts.t(move)}</span>
  </label>`;
}

interface Option {
  value: string;
  /** As shown in the closed field. */
  name: string;
  /** What it changes. */
  change: Partial<Choices>;
}

function row(view: View, model: Model, choices: Choices): TemplateResult {
  const { texts, flow } = view;
  const { t } = texts;
  const durations = model.durations_s.map((duration_s) => ({
    value: String(duration_s),
    name: texts.duration(duration_s),
    change: { duration_s },
  }));
  const shapes = sourceFirst(model.aspect_ratios).map((aspect_ratio) => ({
    value: aspect_ratio,
    name: aspect_ratio === 'source' ? t('asPhoto') : aspect_ratio,
    change: { aspect_ratio },
  }));
  const resolutions = model.resolutions.map((resolution) => ({
    value: resolution,
    name: resolution,
    change: { resolution },
  }));
  const { width, height } = flow.shape;
  return html`<div class="row">
    ${field(view, 'duration', t('duration'), nothing, durations, String(choices.duration_s), true)}
    ${field(view, 'aspect_ratio', t('shape'), shapeIcon(width, height), shapes, choices.aspect_ratio, false)}
    ${field(view, 'resolution', t('quality'), nothing, resolutions, choices.resolution, true)}
  </div>`;
}

const sourceFirst = (ratios: readonly AspectRatio[]): AspectRatio[] =>
  [...ratios].sort((a, b) => Number(b === 'source') - Number(a === 'source'));

/** A native list under a drawn field: its options say what they cost, or why they cannot be had. */
function field(
  view: View,
  part: 'duration' | 'aspect_ratio' | 'resolution',
  label: string,
  sign: TemplateResult | typeof nothing,
  options: Option[],
  chosen: string,
  priced: boolean,
): TemplateResult {
  const { flow } = view;
  const { model, choices } = flow.wishes;
  if (!model || !choices || view.hides(part)) return html``;
  const fixed = part === 'duration' ? 'duration_s' : part;
  const pick = (event: Event): void => {
    const option = options.find(({ value }) => value === (event.target as HTMLSelectElement).value);
    if (option) flow.wishes.change(option.change);
  };
  return html`<label class="field">
    <span class="field-label">${label}</span>
    <span class="field-value"
      >${sign}<span>${options.find(({ value }) => value === chosen)?.name}</span></span
    >
    ${icon('chevron')}
    <select class="over" part=${part.replace('_', '-')} aria-label=${label} @change=${pick}>
      ${options.map(({ value, name, change }) => {
        const then = { ...choices, ...change };
        const reason = because(view, model, then, fixed);
        const cost = priced ? credits(view, price(model, then)) : '';
        return html`<option value=${value} ?disabled=${reason !== null} .selected=${value === chosen}>
          ${[name, reason ?? cost].filter(Boolean).join(' – ')}
        </option>`;
      })}
    </select>
  </label>`;
}

export function credits({ texts, isTest }: View, amount: number | null): string {
  if (amount === null) return '';
  return amount === 0 ? texts.t('free') : texts.t(isTest ? 'testCredits' : 'credits', { n: amount });
}

function createButton(view: View, model: Model, choices: Choices): TemplateResult {
  const { flow, texts } = view;
  const reason = impossible(model, choices);
  const cost = credits(view, price(model, choices));
  return html`<div class="create">
    ${reason ? html`<p class="notice bad" part="error" id="why">${icon('alert')}<span>${translated(view, reason, 'errorImpossible')}</span></p>` : nothing}
    <button
      class="button primary wide"
      type="button"
      part="create"
      ?disabled=${reason !== null}
      aria-describedby=${reason ? 'why' : nothing}
      @click=${() => void flow.create()}
    >
      <span>${texts.t('create')}</span>${cost ? html`<span class="cost">${cost}</span>` : nothing}
    </button>
  </div>`;
}
