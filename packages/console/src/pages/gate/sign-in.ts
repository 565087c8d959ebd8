import type { SessionState } from '@imgvid/api/types';
import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { askPasskey, canUsePasskeys } from '../../data/passkeys.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { GatePage, withNext } from './gate-page.ts';
import { mailSent } from './mail-sent.ts';
import './second-factor.ts';

type Step = 'password' | 'link' | 'sent' | 'second-factor';

/** By password or by a mailed link, then the second factor where there is one. */
export class SignInPage extends GatePage {
  static override properties = { step: { state: true } };

  declare step: Step;
  #email = '';

  constructor() {
    super();
    this.step = 'password';
  }

  #signIn(event: Event): void {
    const { email = '', password = '' } = valuesOf(event);
    this.#email = email;
    void this.submission.run(async () => {
      const { status } = await api.post<SessionState>('/v1/sessions', { email, password });
      if (status === 'second_factor_required') this.step = 'second-factor';
      else await this.enter();
    });
  }

  #usePasskey(): void {
    void this.submission.run(async () => {
      await api.post<SessionState>('/v1/sessions/passkey', { credential: await askPasskey() });
      await this.enter();
    });
  }

  #sendLink(event: Event): void {
    const { email = '' } = valuesOf(event);
    this.#email = email;
    void this.submission.run(async () => {
      await api.post('/v1/sessions/link', { email });
      this.step = 'sent';
    });
  }

  #go(step: Step, event?: Event): void {
    const form = event?.target instanceof Element ? event.target.closest('form') : null;
    this.#email = form?.querySelector<HTMLInputElement>('[name="email"]')?.value ?? this.#email;
    this.submission.clear();
    this.step = step;
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>
      ${this.#step()}
      <span slot="foot">New here? <a href=${withNext('sign-up')}>Make an account</a></span>
    </ic-gate>`;
  }

  #step(): TemplateResult {
    switch (this.step) {
      case 'sent':
        return mailSent(this.#email, () => this.#go('link'));
      case 'second-factor':
        return html`<ic-second-factor @ic-proven=${() => void this.enter()}></ic-second-factor>`;
      case 'link':
        return this.#linkForm();
      default:
        return this.#passwordForm();
    }
  }

  #emailField(): TemplateResult {
    return textField({
      name: 'email',
      label: 'E-mail address',
      type: 'email',
      autocomplete: 'username',
      required: true,
      maxlength: 254,
      error: this.submission.fields['email'],
      ...(this.#email && { value: this.#email }),
    });
  }

  #passwordForm(): TemplateResult {
    const { busy, fields } = this.submission;
    return html`<form class="stack" @submit=${(event: Event) => this.#signIn(event)}>
      <h1 tabindex="-1">Sign in</h1>
      ${formFailure(this.submission)} ${this.#emailField()}
      ${textField({
        name: 'password',
        label: 'Password',
        type: 'password',
        autocomplete: 'current-password',
        required: true,
        maxlength: 200,
        error: fields['password'],
        hint: html`<a href=${withNext('password-reset')}>Forgotten?</a>`,
      })}
      <button class="button primary wide" type="submit" ?disabled=${busy}>
        ${busy ? 'Signing in…' : 'Sign in'}
      </button>
      <span class="or small muted">or</span>
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
      <button class="button wide" type="button" @click=${(event: Event) => this.#go('link', event)}>
        Send me a link by mail
      </button>
    </form>`;
  }

  #linkForm(): TemplateResult {
    const { busy } = this.submission;
    return html`<form class="stack" @submit=${(event: Event) => this.#sendLink(event)}>
      <div>
        <h1 tabindex="-1">Sign in by mail</h1>
        <p class="muted">No password needed: we send you a link.</p>
      </div>
      ${formFailure(this.submission)} ${this.#emailField()}
      <button class="button primary wide" type="submit" ?disabled=${busy}>
        ${busy ? 'Sending…' : 'Send me a link'}
      </button>
      <button class="button quiet wide" type="button" @click=${(event: Event) => this.#go('password', event)}>
        Use my password
      </button>
    </form>`;
  }
}

customElements.define('page-sign-in', SignInPage);
