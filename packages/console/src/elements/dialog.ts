import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { shared } from '../styles/shared.ts';
import { icon } from './icons.ts';

/**
 * A dialog with a title; what it asks stands in the default slot, its buttons in `actions`. Closes on Escape and
 * on a click beside it unless `busy`, and gives the focus back to where it was.
 *
 * @fires ic-close - When it has closed, however that came.
 */
export class Dialog extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        inline-size: min(34rem, calc(100vw - 2rem));
        max-block-size: calc(100dvh - 3rem);
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 1rem;
        background: var(--surface);
        color: var(--text);
        box-shadow: 0 24px 64px rgb(16 24 40 / 28%);
        overflow: auto;
      }
      :host([wide]) dialog {
        inline-size: min(56rem, calc(100vw - 2rem));
      }
      dialog[open] {
        animation: rise 0.18s var(--ease);
      }
      dialog::backdrop {
        background: rgb(10 12 16 / 52%);
      }
      header {
        display: flex;
        gap: 1rem;
        align-items: start;
        justify-content: space-between;
        padding: 1.25rem 1rem 0 1.5rem;
      }
      h2 {
        padding-block-start: 0.375rem;
        font-size: 1.1875rem;
      }
      .body {
        padding: 0.75rem 1.5rem 1.5rem;
      }
      footer {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
        justify-content: end;
        padding: 0 1.5rem 1.5rem;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.5rem);
        }
      }
    `,
  ];
  static override properties = {
    open: { type: Boolean, reflect: true },
    busy: { type: Boolean },
    heading: {},
  };

  declare open: boolean;
  declare busy: boolean;
  declare heading: string;

  constructor() {
    super();
    this.open = false;
    this.busy = false;
    this.heading = '';
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (!dialog || dialog.open === this.open) return;
    if (this.open) dialog.showModal();
    else dialog.close();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="title"
      @keydown=${(event: KeyboardEvent) => this.#hold(event)}
      @cancel=${(event: Event) => this.busy && event.preventDefault()}
      @close=${() => this.#closed()}
      @click=${(event: Event) => event.target === event.currentTarget && this.close()}
    >
      <header>
        <h2 id="title">${this.heading}</h2>
        <button
          class="button quiet square"
          type="button"
          aria-label="Close"
          ?disabled=${this.busy}
          @click=${() => this.close()}
        >
          ${icon('close')}
        </button>
      </header>
      <div class="body">${this.open ? html`<slot></slot>` : nothing}</div>
      <footer><slot name="actions"></slot></footer>
    </dialog>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('popstate', this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.#leave);
  }

  /** The page below is another one now. */
  readonly #leave = (): void => this.close();

  /** Browsers let a second Escape through whatever `cancel` says. */
  #hold(event: KeyboardEvent): void {
    if (this.busy && event.key === 'Escape') event.preventDefault();
  }

  close(): void {
    if (!this.busy) this.renderRoot.querySelector('dialog')?.close();
  }

  #closed(): void {
    this.open = false;
    this.dispatchEvent(new Event('ic-close'));
  }
}

customElements.define('ic-dialog', Dialog);
