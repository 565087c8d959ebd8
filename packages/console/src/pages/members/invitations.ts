import type { Invitation } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, sentenceOf } from '../../data/api.ts';
import { roleNames } from '../../data/roles.ts';
import { session } from '../../data/session.ts';
import { confirm } from '../../elements/confirm.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { formatAgo } from '../../format.ts';
import { shared } from '../../styles/shared.ts';

/** Invitations that nobody has taken yet. */
export class PendingInvitations extends LitElement {
  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem 1rem;
        align-items: center;
        padding: 0.75rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
      li:first-child {
        border: 0;
      }
      .email {
        font-weight: 550;
        overflow-wrap: anywhere;
      }
      .none {
        padding: 1.25rem;
      }
      @media (max-width: 40rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
          padding-inline: 1rem;
        }
      }
    `,
  ];

  readonly #task = new Task(this, {
    args: () => [],
    task: async (_, { signal }) =>
      (await api.get<{ data: Invitation[] }>('/v1/invitations', {}, signal)).data,
  });

  /** Reads them again. */
  refresh(): Promise<void> {
    return this.#task.run();
  }

  async #send({ email, role }: Pick<Invitation, 'email' | 'role'>, said: string): Promise<void> {
    try {
      await api.post<Invitation>('/v1/invitations', { email, role });
      toast({ text: said });
    } catch (error) {
      toast({ text: sentenceOf(error), bad: true });
    }
    await this.#task.run();
  }

  #resend(invitation: Invitation): void {
    confirm({
      heading: 'Send it again?',
      text: `A new link goes to ${invitation.email}, good for 7 days. The one before stops working.`,
      action: 'Send again',
      run: () => this.#send(invitation, `A new invitation is on its way to ${invitation.email}.`),
    });
  }

  async #revoke(invitation: Invitation): Promise<void> {
    try {
      await api.delete(`/v1/invitations/${invitation.id}`);
      toast({
        text: `The invitation of ${invitation.email} was taken back.`,
        undo: () => this.#send(invitation, `${invitation.email} is invited again, by a new mail.`),
      });
    } catch (error) {
      toast({ text: sentenceOf(error), bad: true });
    }
    await this.#task.run();
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<section class="card" aria-labelledby="heading" aria-busy=${known === undefined}>
      <header><h2 id="heading">Open invitations</h2></header>
      ${
        known
          ? this.#list(known)
          : this.#task.render({
              initial: () => lines(2),
              pending: () => lines(2),
              error: (error) => failed(error, () => this.#task.run()),
            })
      }
    </section>`;
  }

  #list(invitations: readonly Invitation[]): TemplateResult {
    if (invitations.length === 0) return html`<p class="muted none">Nobody is invited at the moment.</p>`;
    return html`<ul>
      ${invitations.map((invitation) => this.#line(invitation))}
    </ul>`;
  }

  #line(invitation: Invitation): TemplateResult {
    const { email, role, created_at, expires_at } = invitation;
    return html`<li>
      <div>
        <p class="email">${email}</p>
        <p class="small muted">
          ${roleNames[role]} · sent ${formatAgo(created_at)} · ends ${formatAgo(expires_at)}
        </p>
      </div>
      ${
        session.may('members:write')
          ? html`<div class="row">
              <button
                class="button"
                type="button"
                aria-label="Send again to ${email}"
                @click=${() => this.#resend(invitation)}
              >
                Send again
              </button>
              <button
                class="button"
                type="button"
                aria-label="Revoke the invitation of ${email}"
                @click=${() => void this.#revoke(invitation)}
              >
                Revoke
              </button>
            </div>`
          : nothing
      }
    </li>`;
  }
}

customElements.define('pending-invitations', PendingInvitations);
