import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import '../../elements/copy.ts';
import '../../elements/dialog.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Shows recovery codes, which are shown once; closes only when the person says that they are kept.
 *
 * @fires ic-close - When they are.
 */
export class RecoveryCodesDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
    `,
  ];
  static override properties = { codes: { attribute: false }, kept: { state: true } };

  declare codes: readonly string[] | null;
  declare kept: boolean;

  constructor() {
    super();
    this.codes = null;
    this.kept = false;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('codes')) this.kept = false;
  }

  #download(): void {
    const text = ['Recovery codes for ImgVid. Each works once.', '', ...(this.codes ?? []), ''].join('\n');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = 'imgvid-recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(link.href);
    this.kept = true;
  }

  protected override render(): TemplateResult {
    const { codes, kept } = this;
    return html`<ic-dialog heading="Keep your recovery codes" .open=${codes !== null} .busy=${codes !== null}>
      ${
        codes
          ? html`<div class="stack">
              <p>
                They let you in when the phone is lost, each once. They are shown this once: print them, or
                keep them with your passwords.
              </p>
              <ic-copy .text=${codes.join('\n')} label="the codes"></ic-copy>
              <label class="check">
                <input
                  type="checkbox"
                  .checked=${kept}
                  @change=${(event: Event) => (this.kept = (event.target as HTMLInputElement).checked)}
                />
                <span>I have kept them</span>
              </label>
            </div>`
          : nothing
      }
      <button slot="actions" class="button" type="button" @click=${() => this.#download()}>Download</button>
      <button
        slot="actions"
        class="button primary"
        type="button"
        ?disabled=${!kept}
        @click=${() => this.dispatchEvent(new Event('ic-close'))}
      >
        Done
      </button>
    </ic-dialog>`;
  }
}

customElements.define('recovery-codes', RecoveryCodesDialog);
