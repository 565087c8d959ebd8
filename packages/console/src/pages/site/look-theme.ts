import type { Site } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { selectField, textField } from '../../elements/fields.ts';
import { icon } from '../../elements/icons.ts';
import { shared } from '../../styles/shared.ts';

type Theme = Site['look']['theme'];
type Token = keyof Theme['light'];
type Scheme = 'light' | 'dark';

/** What can be coloured, and the widget's own colours by scheme. */
const tokens: readonly (readonly [Token, label: string, light: string, dark: string])[] = [
  ['accent', 'Accent', '#2257e7', '#3a68ea'],
  ['on_accent', 'On accent', '#ffffff', '#ffffff'],
  ['surface', 'Surface', '#ffffff', '#17191e'],
  ['well', 'Well', '#f3f4f7', '#0d0f12'],
  ['text', 'Text', '#14171c', '#f1f3f6'],
  ['muted', 'Quiet text', '#59616e', '#a4acb9'],
  ['line', 'Lines', '#e2e5ea', '#2c3038'],
  ['danger', 'Errors', '#c02b2b', '#ff8f86'],
];

/** WCAG's contrast of two colours, 1 to 21. */
function contrast(one: string, other: string): number {
  const luminance = (color: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const pairs: readonly (readonly [Token, Token, string])[] = [
  ['text', 'surface', 'Text on the surface'],
  ['muted', 'surface', 'Quiet text on the surface'],
  ['on_accent', 'accent', 'The label of the main button'],
];

/**
 * Colours, corners and type.
 *
 * @fires ic-look - With the changed theme.
 */
export class LookTheme extends LitElement {
  static override styles = [
    shared,
    css`
      .colors {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
        gap: 0.5rem 0.75rem;
      }
      .color {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.5rem;
        align-items: center;
        min-block-size: 2.25rem;
      }
      .color label {
        font-size: 0.8125rem;
      }
      input[type='color'] {
        appearance: none;
        inline-size: 2rem;
        block-size: 2rem;
        padding: 0;
        border: 1px solid color-mix(in oklab, var(--text) 25%, var(--surface));
        border-radius: 0.5rem;
        background: none;
        cursor: pointer;
        overflow: hidden;
      }
      input[type='color']::-webkit-color-swatch-wrapper {
        padding: 0;
      }
      input[type='color']::-webkit-color-swatch {
        border: 0;
      }
      .color .button {
        min-block-size: 1.75rem;
        inline-size: 1.75rem;
      }
      .schemes {
        display: flex;
        gap: 0.375rem;
      }
      .schemes .button {
        min-block-size: 2rem;
      }
      .schemes [aria-pressed='true'] {
        border-color: transparent;
        background: var(--tint);
        color: var(--accent-text);
      }
      .two {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.75rem;
        align-items: start;
      }
    `,
  ];
  static override properties = { theme: { attribute: false }, editing: { state: true } };

  declare theme: Theme;
  declare editing: Scheme;

  constructor() {
    super();
    this.editing = 'light';
  }

  #change(change: Partial<Theme>): void {
    const theme = { ...this.theme, ...change };
    this.dispatchEvent(new CustomEvent('ic-look', { detail: { theme } }));
  }

  #paint(token: Token, color: string | null): void {
    const { [token]: _, ...rest } = this.theme[this.editing];
    this.#change({ [this.editing]: color === null ? rest : { ...rest, [token]: color } });
  }

  /** What the widget shows: what is not set for one scheme is taken from the other. */
  #colorOf(token: Token, scheme: Scheme): string {
    const set = this.theme[scheme][token] ?? this.theme[scheme === 'light' ? 'dark' : 'light'][token];
    const own = tokens.find(([name]) => name === token);
    return set?.slice(0, 7) ?? own?.[scheme === 'light' ? 2 : 3] ?? '#000000';
  }

  protected override render(): TemplateResult {
    const { editing, theme } = this;
    return html`<section class="card">
      <header>
        <h2>Theme</h2>
        <div class="schemes" role="group" aria-label="Colours of">
          ${(['light', 'dark'] as const).map(
            (scheme) =>
              html`<button
                class="button quiet"
                type="button"
                aria-pressed=${scheme === editing}
                @click=${() => (this.editing = scheme)}
              >
                ${scheme === 'light' ? 'Light' : 'Dark'}
              </button>`,
          )}
        </div>
      </header>
      <div class="stack pad-block">
        <div class="colors">${tokens.map(([token, label]) => this.#color(token, label))}</div>
        ${this.#warnings()}
        ${selectField({
          name: 'scheme',
          label: 'Scheme',
          value: theme.scheme,
          options: [
            ['auto', 'As the page and the visitor’s system'],
            ['light', 'Always light'],
            ['dark', 'Always dark'],
          ],
          onChange: (value) => this.#change({ scheme: value as Theme['scheme'] }),
        })}
        <div class="two">
          ${textField({
            name: 'radius',
            label: 'Corners, in pixels',
            type: 'number',
            min: 0,
            max: 48,
            placeholder: '20',
            value: theme.radius_px === null ? '' : String(theme.radius_px),
            onInput: (value) =>
              this.#change({
                radius_px: value === '' ? null : Math.max(0, Math.min(48, Math.round(Number(value)))),
              }),
          })}
          ${textField({
            name: 'font',
            label: 'Font',
            placeholder: 'As the system',
            maxlength: 200,
            value: theme.font ?? '',
            hint: 'Your page has to load it.',
            onInput: (value) => this.#change({ font: value.trim() === '' ? null : value }),
          })}
        </div>
      </div>
    </section>`;
  }

  #color(token: Token, label: string): TemplateResult {
    const set = this.theme[this.editing][token] !== undefined;
    return html`<div class="color">
      <input
        id=${token}
        type="color"
        .value=${this.#colorOf(token, this.editing)}
        @input=${(event: InputEvent) => this.#paint(token, (event.target as HTMLInputElement).value)}
      />
      <label for=${token}>${label}</label>
      ${
        set
          ? html`<button
              class="button quiet square"
              type="button"
              aria-label="${label}: back to the widget’s own"
              title="Back to the widget’s own"
              @click=${() => this.#paint(token, null)}
            >
              ${icon('close')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #warnings(): TemplateResult | typeof nothing {
    const weak = pairs.filter(
      ([one, other]) => contrast(this.#colorOf(one, this.editing), this.#colorOf(other, this.editing)) < 4.5,
    );
    if (weak.length === 0) return nothing;
    return html`<p class="notice warn small" role="status">
      ${weak.map(([, , what]) => what).join('; ')}: hard to read for many people. Their contrast is below 4.5
      to 1.
    </p>`;
  }
}

customElements.define('look-theme', LookTheme);
