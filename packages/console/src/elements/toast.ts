import { css, html, LitElement, type TemplateResult } from 'lit';
import { shared } from '../styles/shared.ts';
import { icon } from './icons.ts';

export interface Toast {
  text: string;
  bad?: boolean;
  /** Takes back what was just done. */
  undo?: () => void | Promise<void>;
}

interface Shown extends Toast {
  id: number;
}

const shownMs = 6000;
const eventName = 'imgvid-toast';

/** Tells in a corner of the page that something has been done, or not. */
export const toast = (toast: Toast): void => {
  dispatchEvent(new CustomEvent(eventName, { detail: toast }));
};

/** Where toasts appear; one stands in the page's shell. Waits while a pointer or the focus is on it. */
export class ToastArea extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      section {
        position: fixed;
        inset: auto 1rem 1rem auto;
        z-index: 20;
        display: grid;
        gap: 0.5rem;
        justify-items: end;
        max-inline-size: calc(100vw - 2rem);
        pointer-events: none;
      }
      .toast {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        min-block-size: 3rem;
        padding: 0.5rem 0.5rem 0.5rem 1rem;
        border-radius: 0.75rem;
        background: light-dark(#1a1d23, #eef0f4);
        color: light-dark(#fff, #14171c);
        box-shadow: 0 8px 24px rgb(16 24 40 / 22%);
        pointer-events: auto;
        animation: rise 0.2s var(--ease);
      }
      .toast.bad {
        background: var(--danger-fill);
        color: #fff;
      }
      button {
        appearance: none;
        display: grid;
        place-items: center;
        min-inline-size: 2rem;
        min-block-size: 2rem;
        border: 0;
        border-radius: 0.5rem;
        background: none;
        font-weight: 600;
        cursor: pointer;
      }
      button:focus-visible {
        outline-color: currentColor;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.5rem);
        }
      }
    `,
  ];
  static override properties = { shown: { state: true } };

  declare shown: Shown[];
  #last = 0;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor() {
    super();
    this.shown = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener(eventName, this.#add);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener(eventName, this.#add);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  readonly #add = (event: Event): void => {
    const id = ++this.#last;
    this.shown = [...this.shown.slice(-2), { ...(event as CustomEvent<Toast>).detail, id }];
    this.#wait(id);
  };

  #wait(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.#remove(id), shownMs),
    );
  }

  #hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  #remove(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** A part of the page that screen readers can go to, while there is something in it. */
  protected override willUpdate(): void {
    this.role = this.shown.length > 0 ? 'region' : null;
    this.ariaLabel = this.shown.length > 0 ? 'Messages' : null;
  }

  protected override render(): TemplateResult {
    return html`<section aria-label="Notices">
      <div role="status" class="sr">${this.shown.at(-1)?.text ?? ''}</div>
      ${this.shown.map(
        (toast) =>
          html`<div
            class="toast ${toast.bad ? 'bad' : ''}"
            @pointerenter=${() => this.#hold(toast.id)}
            @pointerleave=${() => this.#wait(toast.id)}
            @focusin=${() => this.#hold(toast.id)}
            @focusout=${() => this.#wait(toast.id)}
          >
            <span>${toast.text}</span>
            ${
              toast.undo
                ? html`<button
                    type="button"
                    @click=${() => {
                      this.#remove(toast.id);
                      void toast.undo?.();
                    }}
                  >
                    Undo
                  </button>`
                : ''
            }
            <button type="button" aria-label="Close" @click=${() => this.#remove(toast.id)}>
              ${icon('close')}
            </button>
          </div>`,
      )}
    </section>`;
  }
}

customElements.define('ic-toasts', ToastArea);
