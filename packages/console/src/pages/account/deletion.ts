import type { Account } from '@imgvid/api/types';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { confirm } from '../../elements/confirm.ts';
import { withProof } from '../../elements/proof.ts';
import { to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

/** Deletes the account, with the tenants that are this person's alone. */
export class AccountDeletion extends LitElement {
  static override styles = shared;
  static override properties = { account: { attribute: false } };

  declare account: Account;

  #delete(): void {
    const { email } = this.account;
    confirm({
      heading: 'Delete your account?',
      text: 'This cannot be undone. It takes effect at once.',
      action: 'Delete my account',
      danger: true,
      typed: email,
      run: async () => {
        await withProof(() => api.post('/v1/account/deletion', { email }));
        await session.load();
      },
    });
  }

  protected override render(): TemplateResult {
    const owned = this.account.memberships.filter(({ role }) => role === 'owner');
    const names = owned.map(({ tenant }) => tenant.name).join(', ');
    return html`<section class="card">
      <header>
        <div>
          <h2>Delete account</h2>
          <p class="small muted">You leave every tenant, and nothing of you is kept here.</p>
        </div>
      </header>
      <div class="stack pad-block">
        ${
          owned.length > 0
            ? html`<p>
                With it goes what you own: <strong>${names}</strong>, its sites, keys, videos and credits.
                What others use too has to be handed over or
                <a href=${to('tenant/deletion')}>deleted</a> first.
              </p>`
            : nothing
        }
        <div>
          <button class="button danger" type="button" @click=${() => this.#delete()}>
            Delete my account
          </button>
        </div>
      </div>
    </section>`;
  }
}

customElements.define('account-deletion', AccountDeletion);
