import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { shared } from '../styles/shared.ts';

export interface Bar {
  label: string;
  /** Stacked from the bottom, in the order of the series. */
  values: number[];
}

/** Bars over time, stacked, with a table of the same numbers for those who cannot see them. */
export class BarChart extends LitElement {
  static override styles = [
    shared,
    css`
      figure {
        display: grid;
        gap: 0.5rem;
      }
      svg {
        display: block;
        inline-size: 100%;
        block-size: 9rem;
        overflow: visible;
      }
      rect {
        transition: opacity 0.15s;
      }
      g:hover rect {
        opacity: 0.75;
      }
      .s0 {
        fill: var(--accent);
      }
      .s1 {
        fill: color-mix(in oklab, var(--danger) 75%, var(--surface));
      }
      .base {
        stroke: var(--line);
        vector-effect: non-scaling-stroke;
      }
      .hit {
        fill: transparent;
      }
      .axis {
        display: flex;
        justify-content: space-between;
      }
      ul {
        display: flex;
        gap: 1rem;
      }
      li::before {
        content: '';
        display: inline-block;
        inline-size: 0.625rem;
        block-size: 0.625rem;
        margin-inline-end: 0.375rem;
        border-radius: 0.1875rem;
        background: var(--accent);
      }
      li:nth-child(2)::before {
        background: color-mix(in oklab, var(--danger) 75%, var(--surface));
      }
    `,
  ];
  static override properties = { bars: { attribute: false }, series: { attribute: false }, caption: {} };

  declare bars: Bar[];
  declare series: string[];
  declare caption: string;

  constructor() {
    super();
    this.bars = [];
    this.series = [];
    this.caption = '';
  }

  protected override render(): TemplateResult {
    const { bars, series } = this;
    const top = Math.max(1, ...bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
    return html`<figure>
      <figcaption class="row spread small muted">
        <span>${this.caption}</span>
        <ul>
          ${series.map((name) => html`<li>${name}</li>`)}
        </ul>
      </figcaption>
      <svg viewBox="0 0 ${Math.max(1, bars.length) * 10} 100" preserveAspectRatio="none" aria-hidden="true">
        <line class="base" x1="0" x2=${bars.length * 10} y1="100" y2="100" />
        ${bars.map((bar, i) => this.#bar(bar, i, top))}
      </svg>
      <div class="axis small muted" aria-hidden="true">
        <span>${bars[0]?.label ?? ''}</span><span>${bars.at(-1)?.label ?? ''}</span>
      </div>
      <table class="sr">
        <caption>
          ${this.caption}
        </caption>
        <tr>
          <th scope="col">Day</th>
          ${series.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
        ${bars.map(
          ({ label, values }) =>
            html`<tr>
              <th scope="row">${label}</th>
              ${values.map((value) => html`<td>${value}</td>`)}
            </tr>`,
        )}
      </table>
    </figure>`;
  }

  #bar({ label, values }: Bar, index: number, top: number): TemplateResult {
    let below = 0;
    const title = [label, ...values.map((value, i) => `${this.series[i] ?? ''} ${value}`)].join(' · ');
    const parts = values.map((value, i) => {
      const height = (value / top) * 96;
      below += height;
      return svg`<rect class="s${i}" x=${index * 10 + 1.5} width="7" y=${100 - below} height=${height} />`;
    });
    return svg`<g><title>${title}</title><rect class="hit" x=${index * 10} y="0" width="10" height="100" />${parts}</g>`;
  }
}

customElements.define('ic-bars', BarChart);
