import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { shared } from '../styles/shared.ts';

/** Says so while the network is away. */
export class OfflineNotice extends LitElement {
  static override styles = [
    shared,
    css`
      .notice {
        margin-block-end: 1.25rem;
      }
    `,
  ];

  readonly #changed = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('online', this.#changed);
    addEventListener('offline', this.#changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('online', this.#changed);
    removeEventListener('offline', this.#changed);
  }

  protected override render(): TemplateResult {
    return html`<div role="status">
      ${
        navigator.onLine
          ? nothing
          : html`<p class="notice warn">
              You are offline. What is on the page may be old, and nothing can be changed.
            </p>`
      }
    </div>`;
  }
}

customElements.define('ic-offline', OfflineNotice);
