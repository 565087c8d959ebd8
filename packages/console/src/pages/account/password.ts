import { html, LitElement, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import type { Account } from '@imgvid/api/types';
import { session } from '../../data/session.ts';
import { Submission } from '../../data/submission.ts';
import { formFailure, newPasswordField, valuesOf } from '../../elements/fields.ts';
import { withProof } from '../../elements/proof.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';

/** Sets or changes the password. */
export class AccountPassword extends LitElement {
  static override styles = shared;
  static override properties = { account: { attribute: false } };

  declare account: Account;
  readonly #submission = new Submission(this);

  #change(event: Event): void {
    const form = event.currentTarget as HTMLFormElement;
    const { password = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      await withProof(() => api.put('/v1/account/password', { password }));
      form.reset();
      toast({ text: 'The password is changed. Other sessions have ended.' });
      await session.load();
    });
  }

  protected override render(): TemplateResult {
    const { busy, fields } = this.#submission;
    const { has_password, email } = this.account;
    return html`<section class="card">
      <header>
        <div>
          <h2>Password</h2>
          <p class="small muted">
            ${has_password ? 'A new one ends all other sessions.' : 'You sign in by mailed links. A password is not needed.'}
          </p>
        </div>
      </header>
      <form class="stack pad-block" @submit=${(event: Event) => this.#change(event)}>
        ${formFailure(this.#submission)}
        <input type="text" autocomplete="username" .value=${email} hidden />
        ${newPasswordField({ error: fields['password'] })}
        <div>
          <button class="button" type="submit" ?disabled=${busy}>
            ${has_password ? 'Change password' : 'Set password'}
          </button>
        </div>
      </form>
    </section>`;
  }
}

customElements.define('account-password', AccountPassword);
