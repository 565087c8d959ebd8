import { css, html, LitElement, type TemplateResult } from 'lit';
import { shared } from '../styles/shared.ts';
import { brandMark } from './brand.ts';

/** The frame of the pages before the console: one card, in the middle. `foot` stands below it. */
export class Gate extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr;
        min-block-size: 100dvh;
      }
      header {
        display: flex;
        gap: 0.625rem;
        align-items: center;
        padding: 1.25rem clamp(1rem, 4vw, 2rem);
        font-weight: 650;
        font-size: 1.0625rem;
        letter-spacing: -0.01em;
      }
      main {
        display: grid;
        align-content: start;
        gap: 1.25rem;
        inline-size: min(27rem, 100%);
        margin-inline: auto;
        padding: clamp(1rem, 9vh, 6rem) 1rem 4rem;
      }
      .card {
        padding: 1.75rem;
      }
      .foot {
        text-align: center;
      }
      @media (max-width: 30rem) {
        main {
          padding-block-start: 0.5rem;
        }
        .card {
          padding: 1.25rem;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<header>${brandMark} ImgVid</header>
      <main>
        <div class="card"><slot></slot></div>
        <p class="foot muted small"><slot name="foot"></slot></p>
      </main>`;
  }
}

customElements.define('ic-gate', Gate);
