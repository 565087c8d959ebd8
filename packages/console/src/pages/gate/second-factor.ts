import type { SessionState } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { askPasskey, canUsePasskeys } from '../../data/passkeys.ts';
import { Submission } from '../../data/submission.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Asks for the second factor of a sign-in that has begun.
 *
 * @fires ic-proven - When it was right.
 */
export class SecondFactorForm extends LitElement {
  static override styles = [
    shared,
    css`
      input[name='code'] {
        font-size: 1.375rem;
        letter-spacing: 0.3em;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
  static override properties = { recovery: { state: true } };

  declare recovery: boolean;
  readonly #submission = new Submission(this);

  constructor() {
    super();
    this.recovery = false;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  #prove(event: Event): void {
    const { code = '', recovery_code = '' } = valuesOf(event);
    const proof = this.recovery
      ? { recovery_code: recovery_code.trim() }
      : { code: code.replaceAll(' ', '') };
    void this.#submission.run(async () => {
      await api.post<SessionState>('/v1/sessions/second-factor', proof);
      this.dispatchEvent(new Event('ic-proven'));
    });
  }

  #usePasskey(): void {
    void this.#submission.run(async () => {
      await api.post<SessionState>('/v1/sessions/second-factor', { passkey: await askPasskey() });
      this.dispatchEvent(new Event('ic-proven'));
    });
  }

  async #turn(): Promise<void> {
    this.recovery = !this.recovery;
    this.#submission.clear();
    await this.updateComplete;
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const { busy, fields } = this.#submission;
    return html`<form class="stack" @submit=${(event: Event) => this.#prove(event)}>
      <div>
        <h1 tabindex="-1">Second factor</h1>
        <p class="muted">
          ${
            this.recovery
              ? 'One of the codes that you have saved. Each works once.'
              : 'The six digits that your authenticator app shows for ImgVid.'
          }
        </p>
      </div>
      ${formFailure(this.#submission)}
      ${
        this.recovery
          ? textField({
              name: 'recovery_code',
              label: 'Recovery code',
              required: true,
              maxlength: 40,
              error: fields['recovery_code'],
            })
          : textField({
              name: 'code',
              label: 'Code',
              inputmode: 'numeric',
              autocomplete: 'one-time-code',
              pattern: '[0-9 ]{6,7}',
              maxlength: 7,
              required: true,
              error: fields['code'],
            })
      }
      <button class="button primary wide" type="submit" ?disabled=${busy}>
        ${busy ? 'Checking…' : 'Go on'}
      </button>
      ${
        canUsePasskeys()
          ? html`<button
              class="button wide"
              type="button"
              ?disabled=${busy}
              @click=${() => this.#usePasskey()}
            >
              Use a passkey
            </button>`
          : nothing
      }
      <button class="button quiet wide" type="button" @click=${() => void this.#turn()}>
        ${this.recovery ? 'Use the authenticator app' : 'Use a recovery code'}
      </button>
    </form>`;
  }
}

customElements.define('ic-second-factor', SecondFactorForm);
