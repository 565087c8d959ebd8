import { css, html, LitElement, type TemplateResult } from 'lit';
import { shared } from '../styles/shared.ts';
import { icon } from './icons.ts';

/** A text to take along, with a button that copies it. `multiline` shows it as code. */
export class CopyText extends LitElement {
  static override styles = [
    shared,
    css`
      .box {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: start;
        border: 1px solid var(--line);
        border-radius: 0.625rem;
        background: var(--well);
      }
      code {
        display: block;
        padding: 0.625rem 0.75rem;
        font:
          0.8125rem/1.6 ui-monospace,
          'SF Mono',
          Menlo,
          Consolas,
          monospace;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .button {
        margin: 0.1875rem;
        min-block-size: 2.125rem;
      }
    `,
  ];
  static override properties = { text: {}, label: {}, copied: { state: true } };

  declare text: string;
  /** What is copied, for those who cannot see it: "the snippet". */
  declare label: string;
  declare copied: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.text = '';
    this.label = '';
    this.copied = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      // Not allowed to: select it, so that the keyboard can.
      const code = this.renderRoot.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
      return;
    }
    this.copied = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.copied = false), 2000);
  }

  protected override render(): TemplateResult {
    return html`<div class="box">
      <code>${this.text}</code>
      <button class="button quiet" type="button" @click=${() => void this.#copy()}>
        ${icon(this.copied ? 'check' : 'copy')}
        <span aria-live="polite"
          >${this.copied ? 'Copied' : html`Copy<span class="sr"> ${this.label}</span>`}</span
        >
      </button>
    </div>`;
  }
}

customElements.define('ic-copy', CopyText);
