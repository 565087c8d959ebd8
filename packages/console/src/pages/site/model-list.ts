import type { Model } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../../elements/icons.ts';
import { formatNumber } from '../../format.ts';
import { shared } from '../../styles/shared.ts';

/** What tells models apart in a line: `KieAI · from 46 credits · 5 to 10 s · sound · about 2 min`. */
function summaryOf({ provider, prices, durations_s, sound, typical_s }: Model): string {
  const credits = Math.min(...prices.map((price) => price.credits));
  const [shortest, longest] = [Math.min(...durations_s), Math.max(...durations_s)];
  const usual = typical_s && (typical_s.median ?? typical_s.high);
  return [
    providerNames[provider] ?? provider,
    `from ${formatNumber(credits)} credits`,
    shortest === longest ? `${shortest} s` : `${shortest} to ${longest} s`,
    sound ? 'sound' : '',
    usual ? `made in about ${usual < 60 ? `${Math.round(usual)} s` : `${Math.round(usual / 60)} min`}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

const providerNames: Readonly<Record<string, string>> = {
  builtin: 'Built in',
  kie: 'KieAI',
  replicate: 'Replicate',
};

/**
 * Models to allow, and the order of those that are: the first is the usual one.
 *
 * @fires ic-models - With the ids of those allowed, in their order; never none.
 */
export class ModelListEditor extends LitElement {
  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem 0.75rem;
        align-items: center;
        min-block-size: 3.75rem;
        padding: 0.5rem 0.75rem 0.5rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
      li:first-child {
        border: 0;
      }
      .what {
        display: grid;
      }
      .order {
        display: flex;
      }
    `,
  ];
  static override properties = {
    models: { attribute: false },
    chosen: { attribute: false },
    disabled: { type: Boolean },
  };

  declare models: readonly Model[];
  declare chosen: readonly string[];
  declare disabled: boolean;
  #moved: { id: string; by: 1 | -1 | 0 } | null = null;

  #fire(chosen: readonly string[]): void {
    this.dispatchEvent(new CustomEvent('ic-models', { detail: chosen }));
  }

  #allow(id: string, on: boolean): void {
    this.#moved = { id, by: 0 };
    this.#fire(on ? [...this.chosen, id] : this.chosen.filter((one) => one !== id));
  }

  #move(id: string, by: 1 | -1): void {
    const next = [...this.chosen];
    const at = next.indexOf(id);
    next.splice(at, 1);
    next.splice(at + by, 0, id);
    this.#moved = { id, by };
    this.#fire(next);
  }

  /** The focus goes with the row, on what was pressed in it. */
  protected override updated(): void {
    const moved = this.#moved;
    this.#moved = null;
    if (!moved) return;
    const pressed = { '-1': 'button', 0: 'input', 1: 'button:last-of-type' }[moved.by];
    this.renderRoot.querySelector<HTMLElement>(`[data-model="${moved.id}"] ${pressed}`)?.focus();
  }

  protected override render(): TemplateResult {
    const known = new Map(this.models.map((model) => [model.id, model]));
    const first = this.chosen.flatMap((id) => known.get(id) ?? []);
    const others = this.models.filter(({ id }) => !this.chosen.includes(id));
    return html`<ol>
      ${repeat(
        [...first, ...others],
        ({ id }) => id,
        (model) => this.#row(model),
      )}
    </ol>`;
  }

  #row(model: Model): TemplateResult {
    const { id, name } = model;
    const at = this.chosen.indexOf(id);
    const isOnly = at === 0 && this.chosen.length === 1;
    return html`<li data-model=${id}>
      <label class="check">
        <input
          type="checkbox"
          .checked=${at !== -1}
          ?disabled=${this.disabled || isOnly}
          @change=${(event: Event) => this.#allow(id, (event.target as HTMLInputElement).checked)}
        />
        <span class="what">
          <span>${name} ${at === 0 ? html`<span class="badge accent">first</span>` : nothing}</span>
          <span class="small muted">${summaryOf(model)}</span>
        </span>
      </label>
      ${at === -1 || this.disabled ? nothing : this.#order(model, at)}
    </li>`;
  }

  #order({ id, name }: Model, at: number): TemplateResult {
    const button = (by: 1 | -1, disabled: boolean): TemplateResult =>
      html`<button
        class="button quiet square"
        type="button"
        aria-label="Move ${name} ${by === -1 ? 'up' : 'down'}"
        aria-disabled=${disabled}
        @click=${() => !disabled && this.#move(id, by)}
      >
        ${icon(by === -1 ? 'up' : 'down')}
      </button>`;
    return html`<span class="order">
      ${button(-1, at === 0)} ${button(1, at === this.chosen.length - 1)}
    </span>`;
  }
}

customElements.define('model-list', ModelListEditor);
