import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { sentenceOf } from '../data/api.ts';
import { shared } from '../styles/shared.ts';
import './dialog.ts';

export interface Question {
  heading: string;
  text: string;
  /** What the button says that does it. */
  action: string;
  danger?: boolean;
  /** Has to be typed first, for what cannot be undone: the name of the thing. */
  typed?: string;
  /** Does it; the dialog stays open and tells when this fails. */
  run: () => Promise<void>;
}

const eventName = 'imgvid-confirm';

/** Asks before something is done that cannot be undone. */
export const confirm = (question: Question): void => {
  dispatchEvent(new CustomEvent(eventName, { detail: question }));
};

/** The dialog of `confirm`; one stands in the page's shell. */
export class ConfirmDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
    `,
  ];
  static override properties = {
    question: { state: true },
    open: { state: true },
    busy: { state: true },
    typed: { state: true },
    failure: { state: true },
  };

  declare question: Question | null;
  declare open: boolean;
  declare busy: boolean;
  declare typed: string;
  declare failure: string;

  constructor() {
    super();
    this.question = null;
    this.open = false;
    this.busy = false;
    this.typed = '';
    this.failure = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener(eventName, this.#ask);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener(eventName, this.#ask);
  }

  readonly #ask = (event: Event): void => {
    this.question = (event as CustomEvent<Question>).detail;
    this.typed = '';
    this.failure = '';
    this.open = true;
  };

  async #run(event: Event): Promise<void> {
    event.preventDefault();
    const { question } = this;
    if (!question || this.busy || (question.typed !== undefined && this.typed !== question.typed)) return;
    this.busy = true;
    this.failure = '';
    try {
      await question.run();
      this.open = false;
    } catch (error) {
      this.failure = sentenceOf(error);
    } finally {
      this.busy = false;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { question } = this;
    if (!question) return nothing;
    const ready = question.typed === undefined || this.typed === question.typed;
    return html`<ic-dialog
      .heading=${question.heading}
      .open=${this.open}
      .busy=${this.busy}
      @ic-close=${() => (this.open = false)}
    >
      <form id="question" class="stack" @submit=${(event: Event) => void this.#run(event)}>
        <p>${question.text}</p>
        ${
          question.typed === undefined
            ? nothing
            : html`<div class="field">
                <label for="typed">Type <strong>${question.typed}</strong> to go on</label>
                <input
                  id="typed"
                  class="input"
                  autocomplete="off"
                  spellcheck="false"
                  .value=${this.typed}
                  @input=${(event: InputEvent) => (this.typed = (event.target as HTMLInputElement).value)}
                />
              </div>`
        }
        ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      </form>
      <button
        slot="actions"
        class="button"
        type="button"
        ?disabled=${this.busy}
        @click=${() => (this.open = false)}
      >
        Keep it
      </button>
      <button
        slot="actions"
        class="button ${question.danger ? 'danger' : 'primary'}"
        type="submit"
        form="question"
        ?disabled=${this.busy || !ready}
      >
        ${question.action}
      </button>
    </ic-dialog>`;
  }
}

customElements.define('ic-confirm', ConfirmDialog);
