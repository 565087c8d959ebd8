import type { Tenant } from '@imgvid/api/types';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { Submission } from '../../data/submission.ts';
import '../../elements/copy.ts';
import { formFailure, notBlank, textField, valuesOf } from '../../elements/fields.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Name and id of the tenant.
 *
 * @fires ic-tenant - When it was changed.
 */
export class TenantName extends LitElement {
  static override styles = shared;
  static override properties = { tenant: { attribute: false } };

  declare tenant: Tenant;
  readonly #submission = new Submission(this);

  #rename(event: Event): void {
    const { name = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      await api.patch<Tenant>('/v1/tenants/current', { name });
      toast({ text: 'Saved.' });
      this.dispatchEvent(new CustomEvent('ic-tenant', { bubbles: true }));
      await session.load();
    });
  }

  protected override render(): TemplateResult {
    const { busy, fields } = this.#submission;
    const may = session.may('tenant:write');
    return html`<section class="card" aria-labelledby="heading">
      <header><h2 id="heading">Name and id</h2></header>
      <form class="stack pad-block" @submit=${(event: Event) => this.#rename(event)}>
        ${formFailure(this.#submission)}
        ${textField({
          name: 'name',
          label: 'Name',
          value: this.tenant.name,
          hint: 'Stands in invitations, and above the navigation.',
          required: true,
          maxlength: 200,
          pattern: notBlank,
          autocomplete: 'organization',
          disabled: !may,
          error: fields['name'],
        })}
        <div class="field">
          <span class="label">Id</span>
          <ic-copy .text=${this.tenant.id} label="the id of the tenant"></ic-copy>
        </div>
        ${
          may
            ? html`<div><button class="button primary" type="submit" ?disabled=${busy}>Save</button></div>`
            : nothing
        }
      </form>
    </section>`;
  }
}

customElements.define('tenant-name', TenantName);
