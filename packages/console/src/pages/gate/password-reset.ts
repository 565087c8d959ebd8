import { html, type TemplateResult } from 'lit';
import { api, ApiError } from '../../data/api.ts';
import { formFailure, newPasswordField, valuesOf } from '../../elements/fields.ts';
import { to } from '../../router.ts';
import { askMail } from './ask-mail.ts';
import { GatePage, takeToken, withNext } from './gate-page.ts';
import { linkEnded } from './link-ended.ts';
import { mailSent } from './mail-sent.ts';

type Step = 'ask' | 'sent' | 'choose' | 'done' | 'ended';

/** Asks for the mail, and behind its link takes the new password. */
export class PasswordResetPage extends GatePage {
  static override properties = { step: { state: true } };

  declare step: Step;
  readonly #token = takeToken();
  #email = '';

  constructor() {
    super();
    this.step = this.#token === null ? 'ask' : 'choose';
  }

  #ask(email: string): void {
    this.#email = email;
    void this.submission.run(async () => {
      await api.post('/v1/account/password-reset', { email });
      this.step = 'sent';
    });
  }

  #choose(event: Event): void {
    const { password = '' } = valuesOf(event);
    void this.submission.run(async () => {
      try {
        await api.post('/v1/account/password-reset/complete', { token: this.#token, password });
        this.step = 'done';
      } catch (error) {
        if (error instanceof ApiError && error.code === 'gone') this.step = 'ended';
        throw error;
      }
    });
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>
      ${this.#step()}
      <span slot="foot"><a href=${withNext('sign-in')}>Back to signing in</a></span>
    </ic-gate>`;
  }

  #step(): TemplateResult {
    const { busy, fields } = this.submission;
    switch (this.step) {
      case 'sent':
        return mailSent(this.#email, () => (this.step = 'ask'));
      case 'ended':
        return linkEnded(to('password-reset'));
      case 'done':
        return html`<div class="stack" role="status">
          <h1 tabindex="-1">The password is changed</h1>
          <p>You have been signed out everywhere. Sign in with the new one.</p>
          <a class="button primary wide" href=${to('sign-in')}>Sign in</a>
        </div>`;
      case 'choose':
        return html`<form class="stack" @submit=${(event: Event) => this.#choose(event)}>
          <div>
            <h1 tabindex="-1">Choose a password</h1>
            <p class="muted">Every session that is open now ends.</p>
          </div>
          ${formFailure(this.submission)} ${newPasswordField({ error: fields['password'] })}
          <button class="button primary wide" type="submit" ?disabled=${busy}>Change the password</button>
        </form>`;
      default:
        return askMail({
          heading: 'A new password',
          text: 'We send a link to your address, with which you choose one.',
          email: this.#email,
          submission: this.submission,
          ask: (email) => this.#ask(email),
        });
    }
  }
}

customElements.define('page-password-reset', PasswordResetPage);
