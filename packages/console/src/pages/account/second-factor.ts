import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import type { Account, RecoveryCodes, TotpSetup } from '@imgvid/api/types';
import { session } from '../../data/session.ts';
import { Submission } from '../../data/submission.ts';
import { confirm } from '../../elements/confirm.ts';
import '../../elements/dialog.ts';
import '../../elements/copy.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { withProof } from '../../elements/proof.ts';
import { qrCode } from '../../elements/qr.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';
import './recovery-codes.ts';

/** Turns the second factor on, off, and makes new recovery codes. */
export class AccountSecondFactor extends LitElement {
  static override styles = [
    shared,
    css`
      .scan {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 1.25rem;
        align-items: start;
      }
      .qr {
        inline-size: 11rem;
        padding: 0.75rem;
        border-radius: 0.75rem;
        background: #fff;
        border: 1px solid var(--line);
      }
      .qr path {
        fill: #000;
      }
      @media (max-width: 34rem) {
        .scan {
          grid-template-columns: minmax(0, 1fr);
        }
        .qr {
          margin-inline: auto;
        }
      }
    `,
  ];
  static override properties = {
    account: { attribute: false },
    setup: { state: true },
    codes: { state: true },
  };

  declare account: Account;
  declare setup: TotpSetup | null;
  /** Shown until the person says that they are kept. */
  declare codes: readonly string[] | null;
  readonly #begin = new Submission(this);
  readonly #confirm = new Submission(this);

  constructor() {
    super();
    this.setup = null;
    this.codes = null;
  }

  #start(): void {
    void this.#begin.run(async () => {
      this.setup = await withProof(() => api.post<TotpSetup>('/v1/account/totp'));
    });
  }

  #turnOn(event: Event): void {
    const { code = '' } = valuesOf(event);
    void this.#confirm.run(async () => {
      const { recovery_codes } = await withProof(() =>
        api.post<RecoveryCodes>('/v1/account/totp/confirm', { code: code.replaceAll(' ', '') }),
      );
      this.setup = null;
      this.codes = recovery_codes;
      await session.load();
    });
  }

  #renew(): void {
    confirm({
      heading: 'Make new recovery codes?',
      text: 'The codes that you have now stop working.',
      action: 'Make new codes',
      run: async () => {
        const { recovery_codes } = await withProof(() =>
          api.post<RecoveryCodes>('/v1/account/recovery-codes'),
        );
        this.codes = recovery_codes;
        await session.load();
      },
    });
  }

  #turnOff(): void {
    confirm({
      heading: 'Turn the authenticator app off?',
      text: 'Without a passkey, whoever knows your password or reads your mail can then sign in, and your recovery codes stop working.',
      action: 'Turn it off',
      danger: true,
      run: async () => {
        await withProof(() => api.delete('/v1/account/totp'));
        toast({ text: 'The authenticator app is off.' });
        await session.load();
      },
    });
  }

  protected override render(): TemplateResult {
    const { totp, passkeys, recovery_codes_left: left } = this.account.second_factor;
    return html`<section class="card">
        <header>
          <div>
            <h2>Authenticator app</h2>
            <p class="small muted">A code of an app on your phone, asked for when you sign in.</p>
          </div>
          ${totp ? html`<span class="badge good">On</span>` : html`<span class="badge warn">Off</span>`}
        </header>
        <div class="stack pad-block">
          ${formFailure(this.#begin)} ${totp || passkeys > 0 ? this.#codes(left, totp) : nothing}
          ${totp ? nothing : this.#off()}
        </div>
      </section>
      ${this.#dialog()}
      <recovery-codes .codes=${this.codes} @ic-close=${() => (this.codes = null)}></recovery-codes>`;
  }

  #off(): TemplateResult {
    return html`<p>With it, a stolen password or mailbox is not enough to get at your keys and videos.</p>
      <div>
        <button
          class="button primary"
          type="button"
          ?disabled=${this.#begin.busy}
          @click=${() => this.#start()}
        >
          Turn on
        </button>
      </div>`;
  }

  /** For when no factor is at hand. */
  #codes(left: number, totp: boolean): TemplateResult {
    return html`<p class=${left < 3 ? 'notice warn' : ''}>
        ${
          left === 0
            ? 'You have no recovery code left: without the phone or passkey you could not get in.'
            : `You have ${left} recovery codes for when the phone or passkey is not at hand.`
        }
      </p>
      <div class="row">
        <button class="button" type="button" @click=${() => this.#renew()}>New recovery codes</button>
        ${
          totp
            ? html`<button class="button" type="button" @click=${() => this.#turnOff()}>Turn off</button>`
            : nothing
        }
      </div>`;
  }

  #dialog(): TemplateResult {
    const { setup } = this;
    const { busy } = this.#confirm;
    return html`<ic-dialog
      heading="Set up your authenticator app"
      .open=${setup !== null}
      .busy=${busy}
      @ic-close=${() => (this.setup = null)}
    >
      ${setup ? this.#steps(setup) : nothing}
      <button slot="actions" class="button" type="button" @click=${() => (this.setup = null)}>Cancel</button>
      <button slot="actions" class="button primary" type="submit" form="totp" ?disabled=${busy}>
        Turn on
      </button>
    </ic-dialog>`;
  }

  #steps({ secret, uri }: TotpSetup): TemplateResult {
    return html`<form id="totp" class="stack" @submit=${(event: Event) => this.#turnOn(event)}>
      <div class="scan">
        <div class="qr">${qrCode(uri, 'QR code for the authenticator app')}</div>
        <div class="stack">
          <p>
            Scan this with the app: Google Authenticator, 1Password, Aegis, or the passwords of your phone.
          </p>
          <div class="field">
            <span class="label">Or type it in</span>
            <ic-copy .text=${secret} label="the secret"></ic-copy>
          </div>
        </div>
      </div>
      ${formFailure(this.#confirm)}
      ${textField({
        name: 'code',
        label: 'The six digits that it shows now',
        inputmode: 'numeric',
        autocomplete: 'one-time-code',
        pattern: '[0-9 ]{6,7}',
        maxlength: 7,
        required: true,
        error: this.#confirm.fields['code'],
      })}
    </form>`;
  }
}

customElements.define('account-second-factor', AccountSecondFactor);
