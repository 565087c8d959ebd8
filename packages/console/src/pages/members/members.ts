import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { session } from '../../data/session.ts';
import { icon } from '../../elements/icons.ts';
import { shared } from '../../styles/shared.ts';
import './invitations.ts';
import './invite.ts';
import './member-list.ts';
import './roles.ts';
import type { PendingInvitations } from './invitations.ts';

/** Who belongs to the tenant, who is invited, and what each role may do. */
export class MembersPage extends LitElement {
  static override styles = shared;
  static override properties = { inviting: { state: true } };

  declare inviting: boolean;

  constructor() {
    super();
    this.inviting = new URLSearchParams(location.search).has('invite') && session.may('members:write');
  }

  #invited(): void {
    this.inviting = false;
    void this.renderRoot.querySelector<PendingInvitations>('pending-invitations')?.refresh();
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
        <div class="page-head">
          <h1 tabindex="-1">Members</h1>
          ${
            session.may('members:write')
              ? html`<button class="button primary" type="button" @click=${() => (this.inviting = true)}>
                  ${icon('plus')} Invite
                </button>`
              : nothing
          }
        </div>
        <member-list></member-list>
        <pending-invitations></pending-invitations>
        <role-table></role-table>
      </div>
      <invite-dialog
        .open=${this.inviting}
        @ic-invited=${() => this.#invited()}
        @ic-close=${() => (this.inviting = false)}
      ></invite-dialog>`;
  }
}

customElements.define('page-members', MembersPage);
