import type { Tenant } from '@imgvid/api/types';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../data/api.ts';
import { session } from '../data/session.ts';
import { Submission } from '../data/submission.ts';
import { go, root } from '../router.ts';
import { shared } from '../styles/shared.ts';
import './dialog.ts';
import { formFailure, notBlank, textField, valuesOf } from './fields.ts';
import { icon } from './icons.ts';
import { toast } from './toast.ts';

/** The way to a tenant of one's own: a button, small where others stand beside it, and what it asks. */
export class NewTenant extends LitElement {
  static override styles = shared;
  static override properties = { small: { type: Boolean }, making: { state: true } };

  declare small: boolean;
  declare making: boolean;
  readonly #submission = new Submission(this);

  constructor() {
    super();
    this.small = false;
    this.making = false;
  }

  #open(): void {
    this.#submission.clear();
    this.making = true;
  }

  #make(event: Event): void {
    const { name = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      const { id } = await api.post<Tenant>('/v1/tenants', { name });
      this.making = false;
      await session.enter(id);
      go(root);
      toast({ text: `${name} is yours. Everything here is of it now.` });
    });
  }

  protected override render(): TemplateResult {
    return html`${this.#button()}
      <ic-dialog
        heading="New tenant"
        .open=${this.making}
        .busy=${this.#submission.busy}
        @ic-close=${() => (this.making = false)}
      >
        ${this.making ? this.#form() : nothing}
        <button
          slot="actions"
          class="button"
          type="button"
          ?disabled=${this.#submission.busy}
          @click=${() => (this.making = false)}
        >
          Cancel
        </button>
        <button
          slot="actions"
          class="button primary"
          type="submit"
          form="make"
          ?disabled=${this.#submission.busy}
        >
          Make tenant
        </button>
      </ic-dialog>`;
  }

  #button(): TemplateResult {
    return this.small
      ? html`<button
          class="button quiet square"
          type="button"
          aria-label="New tenant"
          title="New tenant"
          @click=${() => this.#open()}
        >
          ${icon('plus')}
        </button>`
      : html`<button class="button primary" type="button" @click=${() => this.#open()}>
          ${icon('plus')} New tenant
        </button>`;
  }

  #form(): TemplateResult {
    return html`<form id="make" class="stack" @submit=${(event: Event) => this.#make(event)}>
      ${formFailure(this.#submission)}
      ${textField({
        name: 'name',
        label: 'Company, shop or project',
        hint: 'A tenant has sites, members, credits and videos of its own. You are its owner.',
        required: true,
        maxlength: 200,
        pattern: notBlank,
        autocomplete: 'organization',
        autofocus: true,
        error: this.#submission.fields['name'],
      })}
    </form>`;
  }
}

customElements.define('ic-new-tenant', NewTenant);
