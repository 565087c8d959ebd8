import { html, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { serverSettings } from '../../data/server-settings.ts';
import { askMail } from './ask-mail.ts';
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

  #send(email: string): void {
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
    return askMail({
      heading: 'Make an account',
      text: 'Turn photos into videos on your own site. It begins with your e-mail address.',
      email: this.#email,
      submission: this.submission,
      ask: (email) => this.#send(email),
    });
  }
}

const closed = html`<div class="stack">
  <h1 tabindex="-1">Nobody can sign up here</h1>
  <p>Accounts of this server are made by invitation. Ask somebody who has one.</p>
</div>`;

customElements.define('page-sign-up', SignUpPage);
