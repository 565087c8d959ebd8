import type { Member, Tenant } from '@imgvid/api/types';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { confirm } from '../../elements/confirm.ts';
import { selectField, valuesOf } from '../../elements/fields.ts';
import { withProof } from '../../elements/proof.ts';
import { toast } from '../../elements/toast.ts';
import { to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Makes another member the owner.
 *
 * @fires ic-tenant - When the tenant was handed over.
 */
export class HandOver extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 20rem) auto;
        gap: 0.75rem;
        align-items: end;
        justify-content: start;
      }
      @media (max-width: 40rem) {
        form {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  static override properties = { tenant: { attribute: false }, members: { attribute: false } };

  declare tenant: Tenant;
  declare members: readonly Member[];

  #ask(event: Event): void {
    const { member: id } = valuesOf(event);
    const next = this.members.find((member) => member.id === id);
    if (!next) return;
    confirm({
      heading: `Make ${next.name} the owner?`,
      text: `${next.email} gets all rights over “${this.tenant.name}”. You become an admin, and cannot take it back yourself.`,
      action: 'Hand over',
      danger: true,
      typed: this.tenant.name,
      run: async () => {
        await withProof(() => api.post('/v1/tenants/current/transfer', { to: next.id }));
        toast({ text: `${next.name} is the owner now.` });
        await session.load();
        this.dispatchEvent(new CustomEvent('ic-tenant', { bubbles: true }));
      },
    });
  }

  protected override render(): TemplateResult {
    const others = this.members.filter((member) => !member.you);
    return html`<section class="card" aria-labelledby="heading">
      <header>
        <div>
          <h2 id="heading">Hand the tenant over</h2>
          <p class="small muted">A tenant has one owner. You stay as an admin.</p>
        </div>
      </header>
      <div class="stack pad-block">
        ${
          others.length === 0
            ? html`<p class="muted">
                You are the only member. <a href=${to('members?invite')}>Invite</a> who shall own it first.
              </p>`
            : html`<form @submit=${(event: Event) => this.#ask(event)}>
                ${selectField({
                  name: 'member',
                  label: 'New owner',
                  value: others[0]?.id ?? '',
                  options: others.map(({ id, name, email }): [string, string] => [id, `${name}, ${email}`]),
                })}
                <button class="button danger" type="submit">Hand over…</button>
              </form>`
        }
      </div>
    </section>`;
  }
}

customElements.define('hand-over', HandOver);
