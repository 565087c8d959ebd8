import type { Invitation } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { givenRoles, roleHints, roleNames } from '../../data/roles.ts';
import { Submission } from '../../data/submission.ts';
import '../../elements/dialog.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Invites somebody by mail.
 *
 * @fires ic-invited - When the mail is on its way.
 * @fires ic-close - When the dialog has closed.
 */
export class InviteDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      .roles {
        display: grid;
        gap: 0.625rem;
      }
      .check span span {
        display: block;
      }
    `,
  ];
  static override properties = { open: { attribute: false } };

  declare open: boolean;
  readonly #submission = new Submission(this);

  constructor() {
    super();
    this.open = false;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('open') && this.open) this.#submission.clear();
  }

  #invite(event: Event): void {
    const { email = '', role = 'viewer' } = valuesOf(event);
    void this.#submission.run(async () => {
      await api.post<Invitation>('/v1/invitations', { email, role });
      toast({ text: `An invitation is on its way to ${email}.` });
      this.dispatchEvent(new CustomEvent('ic-invited'));
    });
  }

  protected override render(): TemplateResult {
    const { busy } = this.#submission;
    return html`<ic-dialog heading="Invite somebody" .open=${this.open} .busy=${busy}>
      ${this.open ? this.#form() : nothing}
      <button
        slot="actions"
        class="button"
        type="button"
        ?disabled=${busy}
        @click=${() => this.dispatchEvent(new CustomEvent('ic-close'))}
      >
        Cancel
      </button>
      <button slot="actions" class="button primary" type="submit" form="invite" ?disabled=${busy}>
        ${busy ? 'Sending…' : 'Send invitation'}
      </button>
    </ic-dialog>`;
  }

  #form(): TemplateResult {
    return html`<form id="invite" class="stack" @submit=${(event: Event) => this.#invite(event)}>
      ${formFailure(this.#submission)}
      ${textField({
        name: 'email',
        label: 'E-mail address',
        type: 'email',
        required: true,
        maxlength: 254,
        autofocus: true,
        hint: 'The link works once, within 7 days, and for this address only.',
        error: this.#submission.fields['email'],
      })}
      <fieldset class="roles">
        <legend class="label">Role</legend>
        ${givenRoles.map(
          (role) =>
            html`<label class="check">
              <input type="radio" name="role" value=${role} ?checked=${role === 'developer'} />
              <span>${roleNames[role]} <span class="small muted">${roleHints[role]}</span></span>
            </label>`,
        )}
      </fieldset>
    </form>`;
  }
}

customElements.define('invite-dialog', InviteDialog);
