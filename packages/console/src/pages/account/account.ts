import { html, LitElement, type TemplateResult } from 'lit';
import { session, followSession } from '../../data/session.ts';
import { formatDate } from '../../format.ts';
import { shared } from '../../styles/shared.ts';
import './deletion.ts';
import './email.ts';
import './passkeys.ts';
import './password.ts';
import './second-factor.ts';
import './sessions.ts';

/** What keeps an account safe: second factor, address, password, and where it is open. */
export class AccountPage extends LitElement {
  static override styles = shared;

  constructor() {
    super();
    followSession(this);
  }

  protected override render(): TemplateResult {
    const { account } = session;
    if (!account) return html``;
    return html`<div class="stack">
      <div>
        <h1 tabindex="-1">Account security</h1>
        <p class="muted">${account.name}, ${account.email}, here since ${formatDate(account.created_at)}</p>
      </div>
      <account-second-factor .account=${account}></account-second-factor>
      <account-passkeys .account=${account}></account-passkeys>
      <account-email .account=${account}></account-email>
      <account-password .account=${account}></account-password>
      <account-sessions></account-sessions>
      <account-deletion .account=${account}></account-deletion>
    </div>`;
  }
}

customElements.define('page-account', AccountPage);
