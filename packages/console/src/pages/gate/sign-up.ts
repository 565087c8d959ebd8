import { html, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { serverSettings } from '../../data/server-settings.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { GatePage, withNext } from './gate-page.ts';
import { mailSent } from './mail-sent.ts';

/** The first step: an address, to which a link is sent. */
export class SignUpPage extends GatePage {
  static override properties = { sentTo: { state: true }, closed: { state: true } };

  declare sentTo: string;
  declare closed: boolean;
  #email = '';

  constructor() {
    super();
    this.sentTo = '';
    this.closed = false;
    void serverSettings().then(
      ({ sign_up }) => (this.closed = !sign_up),
      () => {},
    );
  }

  #send(event: Event): void {
    const { email = '' } = valuesOf(event);
    this.#email = email;
    void this.submission.run(async () => {
      await api.post('/v1/account/sign-up', { email });
      this.sentTo = email;
    });
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>
      ${this.closed ? closed : this.sentTo ? mailSent(this.sentTo, () => (this.sentTo = '')) : this.#form()}
      <span slot="foot">You have an account? <a href=${withNext('sign-in')}>Sign in</a></span>
    </ic-gate>`;
  }

  #form(): TemplateResult {
    const { busy, fields } = this.submission;
    return html`<form class="stack" @submit=${(event: Event) => this.#send(event)}>
      <div>
        <h1 tabindex="-1">Make an account</h1>
        <p class="muted">Turn photos into videos on your own site. It begins with your e-mail address.</p>
      </div>
      ${formFailure(this.submission)}
      ${textField({
        name: 'email',
        label: 'E-mail address',
        type: 'email',
        autocomplete: 'email',
        required: true,
        maxlength: 254,
        error: fields['email'],
        ...(this.#email && { value: this.#email }),
      })}
      <button class="button primary wide" type="submit" ?disabled=${busy}>
        ${busy ? 'Sending…' : 'Send me a link'}
      </button>
    </form>`;
  }
}

const closed = html`<div class="stack">
  <h1 tabindex="-1">Nobody can sign up here</h1>
  <p>Accounts of this server are made by invitation. Ask somebody who has one.</p>
</div>`;

customElements.define('page-sign-up', SignUpPage);
