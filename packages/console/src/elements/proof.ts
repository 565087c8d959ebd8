import type { SessionState } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, ApiError, NotProven } from '../data/api.ts';
import { askPasskey } from '../data/passkeys.ts';
import { session } from '../data/session.ts';
import { Submission } from '../data/submission.ts';
import { shared } from '../styles/shared.ts';
import './dialog.ts';
import { formFailure, textField, valuesOf } from './fields.ts';

const eventName = 'imgvid-proof';

const ask = (): Promise<void> =>
  new Promise((resolve, reject) => {
    dispatchEvent(new CustomEvent(eventName, { detail: { resolve, reject } }));
  });

/**
 * Does something for which the API may want a fresh proof that it is really him; asks for it only then, and does
 * the thing again.
 * @throws NotProven when the person would rather not
 */
export async function withProof<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'confirmation_required') throw error;
    await ask();
    return work();
  }
}

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** The dialog of `withProof`; one stands in the page's shell. */
export class ProofDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
    `,
  ];
  static override properties = { open: { state: true }, recovery: { state: true } };

  declare open: boolean;
  declare recovery: boolean;
  readonly #submission = new Submission(this);
  #waiting: Waiting | null = null;

  constructor() {
    super();
    this.open = false;
    this.recovery = false;
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
    this.#waiting?.reject(new NotProven());
    this.#waiting = (event as CustomEvent<Waiting>).detail;
    this.#submission.clear();
    this.recovery = false;
    this.open = true;
  };

  #closed(): void {
    this.open = false;
    this.#waiting?.reject(new NotProven());
    this.#waiting = null;
  }

  #prove(proof: () => Promise<object>): void {
    void this.#submission.run(async () => {
      await api.post<SessionState>('/v1/sessions/current/confirm', await proof());
      const waiting = this.#waiting;
      this.#waiting = null;
      this.open = false;
      waiting?.resolve();
    });
  }

  protected override render(): TemplateResult {
    const { busy } = this.#submission;
    return html`<ic-dialog
      heading="Is it you?"
      .open=${this.open}
      .busy=${busy}
      @ic-close=${() => this.#closed()}
    >
      ${this.open ? this.#form() : nothing}
      ${
        this.#canProve
          ? html`<button slot="actions" class="button primary" type="submit" form="proof" ?disabled=${busy}>
              Go on
            </button>`
          : nothing
      }
    </ic-dialog>`;
  }

  get #canProve(): boolean {
    const { account } = session;
    return account?.has_password || this.#byCode;
  }

  get #hasPasskey(): boolean {
    return (session.account?.second_factor.passkeys ?? 0) > 0;
  }

  /** A code of the app, or one of those kept for when there is no other factor at hand. */
  get #byCode(): boolean {
    return session.account?.second_factor.totp || this.#hasPasskey;
  }

  #form(): TemplateResult {
    if (!this.#canProve) {
      return html`<p>
        You have neither a password nor a second factor. Sign out and in again by a link from your mail;
        within ten minutes of that you can go on.
      </p>`;
    }
    const passkey = html`<button
      class="button wide"
      type="button"
      @click=${() => this.#prove(async () => ({ passkey: await askPasskey() }))}
    >
      Use a passkey
    </button>`;
    return html`<form
      id="proof"
      class="stack"
      @submit=${(event: Event) => {
        const given = valuesOf(event);
        this.#prove(async () => given);
      }}
    >
      ${formFailure(this.#submission)} ${this.#field()} ${this.#hasPasskey ? passkey : nothing}
    </form>`;
  }

  #field(): TemplateResult {
    if (!this.#byCode) {
      return textField({
        name: 'password',
        label: 'Your password',
        type: 'password',
        autocomplete: 'current-password',
        required: true,
        maxlength: 200,
      });
    }
    const totp = session.account?.second_factor.totp ?? false;
    const turn = html`<button class="link" type="button" @click=${() => (this.recovery = !this.recovery)}>
      ${this.recovery ? 'Use the authenticator app' : 'Use a recovery code'}
    </button>`;
    return this.recovery || !totp
      ? textField({
          name: 'recovery_code',
          label: 'Recovery code',
          required: true,
          maxlength: 40,
          ...(totp && { hint: turn }),
        })
      : textField({
          name: 'code',
          label: 'Code of your authenticator app',
          inputmode: 'numeric',
          autocomplete: 'one-time-code',
          pattern: '[0-9]{6}',
          maxlength: 6,
          required: true,
          hint: turn,
        });
  }
}

customElements.define('ic-proof', ProofDialog);
