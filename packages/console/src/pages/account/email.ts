import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import type { Account } from '@imgvid/api/types';
import { Submission } from '../../data/submission.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { withProof } from '../../elements/proof.ts';
import { shared } from '../../styles/shared.ts';

/** Asks for another address; it counts once its mail was answered. */
export class AccountEmail extends LitElement {
  static override styles = shared;
  static override properties = { account: { attribute: false }, sentTo: { state: true } };

  declare account: Account;
  declare sentTo: string;
  readonly #submission = new Submission(this);

  constructor() {
    super();
    this.sentTo = '';
  }

  #ask(event: Event): void {
    const form = event.currentTarget as HTMLFormElement;
    const { email = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      await withProof(() => api.post('/v1/account/email', { email }));
      this.sentTo = email;
      form.reset();
    });
  }

  protected override render(): TemplateResult {
    const { busy, fields } = this.#submission;
    return html`<section class="card">
      <header>
        <div>
          <h2>E-mail address</h2>
          <p class="small muted">${this.account.email}</p>
        </div>
      </header>
      <form class="stack pad-block" @submit=${(event: Event) => this.#ask(event)}>
        ${formFailure(this.#submission)}
        ${
          this.sentTo
            ? html`<p class="notice" role="status">
                We have written to ${this.sentTo}. The address changes when you open the link in that mail, in
                this browser. Your address so far gets a mail too, with a link that stops it.
              </p>`
            : nothing
        }
        ${textField({
          name: 'email',
          label: 'New address',
          type: 'email',
          autocomplete: 'email',
          required: true,
          maxlength: 254,
          error: fields['email'],
        })}
        <div><button class="button" type="submit" ?disabled=${busy}>Change address</button></div>
      </form>
    </section>`;
  }
}

customElements.define('account-email', AccountEmail);
