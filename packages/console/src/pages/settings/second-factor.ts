import type { Member, Tenant } from '@imgvid/api/types';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { confirm } from '../../elements/confirm.ts';
import { withProof } from '../../elements/proof.ts';
import { toast } from '../../elements/toast.ts';
import { to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Whether members need a second factor.
 *
 * @fires ic-tenant - When that was changed.
 */
export class TenantSecondFactor extends LitElement {
  static override styles = shared;
  static override properties = { tenant: { attribute: false }, members: { attribute: false } };

  declare tenant: Tenant;
  declare members: readonly Member[];

  get #without(): number {
    return this.members.filter((member) => !member.second_factor).length;
  }

  async #set(require_second_factor: boolean, said: string): Promise<void> {
    await withProof(() => api.patch<Tenant>('/v1/tenants/current', { require_second_factor }));
    toast({ text: said });
    this.dispatchEvent(new CustomEvent('ic-tenant', { bubbles: true }));
  }

  #demand(): void {
    const without = this.#without;
    confirm({
      heading: 'Demand a second factor?',
      text:
        without === 0
          ? 'All members have one. Who joins later has to turn one on first.'
          : `${without} of ${this.members.length} members ${without === 1 ? 'has' : 'have'} none. From now on they reach nothing of this tenant until they have turned one on.`,
      action: 'Demand it',
      run: () => this.#set(true, 'Members need a second factor from now on.'),
    });
  }

  #allow(): void {
    confirm({
      heading: 'Let members in without a second factor?',
      text: 'A stolen password is enough then to get in as one of them.',
      action: 'Demand it no more',
      danger: true,
      run: () => this.#set(false, 'A second factor is not demanded any more.'),
    });
  }

  protected override render(): TemplateResult {
    const { require_second_factor } = this.tenant;
    return html`<section class="card" aria-labelledby="heading">
      <header>
        <h2 id="heading">Second factor of members</h2>
        <span class="badge ${require_second_factor ? 'good' : ''}">
          ${require_second_factor ? 'demanded' : 'not demanded'}
        </span>
      </header>
      <div class="stack pad-block">
        <p>${this.#standing()}</p>
        ${session.may('tenant:write') ? this.#action() : nothing}
      </div>
    </section>`;
  }

  #standing(): string {
    const without = this.#without;
    const all = this.members.length;
    const have =
      without === 0
        ? all === 1
          ? 'You have one.'
          : `All ${all} members have one.`
        : `${all - without} of ${all} members ${all - without === 1 ? 'has' : 'have'} one.`;
    return this.tenant.require_second_factor
      ? `Who has none reaches nothing of this tenant until it is turned on. ${have}`
      : `A password or a mailed link alone lets members in. ${have}`;
  }

  #action(): TemplateResult {
    if (this.tenant.require_second_factor) {
      return html`<div>
        <button class="button" type="button" @click=${() => this.#allow()}>Demand it no more…</button>
      </div>`;
    }
    const you = this.members.find((member) => member.you);
    if (you && !you.second_factor) {
      return html`<p class="notice">
        <span>
          Turn on your own first, under <a href=${to('account')}>account security</a>: otherwise you would
          lock yourself out.
        </span>
      </p>`;
    }
    return html`<div>
      <button class="button primary" type="button" @click=${() => this.#demand()}>
        Demand a second factor…
      </button>
    </div>`;
  }
}

customElements.define('tenant-second-factor', TenantSecondFactor);
