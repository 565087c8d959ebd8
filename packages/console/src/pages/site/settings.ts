import type { Site } from '@imgvid/api/types';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { forgetDrafts } from '../../data/site-store.ts';
import { Submission } from '../../data/submission.ts';
import { confirm } from '../../elements/confirm.ts';
import '../../elements/copy.ts';
import { formFailure, notBlank, textField, valuesOf } from '../../elements/fields.ts';
import { withProof } from '../../elements/proof.ts';
import { toast } from '../../elements/toast.ts';
import { go, to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Name and end of a site.
 *
 * @fires ic-site - With the site as it is after a change.
 */
export class SiteSettings extends LitElement {
  static override styles = shared;
  static override properties = { site: { attribute: false } };

  declare site: Site;
  readonly #submission = new Submission(this);

  #rename(event: Event): void {
    const { name = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      const site = await api.patch<Site>(`/v1/sites/${this.site.id}`, { name });
      this.dispatchEvent(new CustomEvent('ic-site', { detail: site }));
      toast({ text: 'Saved.' });
    });
  }

  #remove(): void {
    const { id, name } = this.site;
    confirm({
      heading: `Delete “${name}”?`,
      text: 'Its keys stop at once, and the widget with them. Videos made on it stay until they are deleted. This cannot be undone.',
      action: 'Delete site',
      danger: true,
      typed: name,
      run: async () => {
        await withProof(() => api.delete(`/v1/sites/${id}`));
        forgetDrafts(id);
        toast({ text: 'The site was deleted.' });
        go(to('sites'), { replace: true });
      },
    });
  }

  protected override render(): TemplateResult {
    const { busy, fields } = this.#submission;
    const { id, name } = this.site;
    const may = session.may('sites:write');
    return html`<div class="stack">
      <section class="card">
        <header><h2>Name and id</h2></header>
        <form class="stack pad-block" @submit=${(event: Event) => this.#rename(event)}>
          ${formFailure(this.#submission)}
          ${textField({
            name: 'name',
            label: 'Name',
            value: name,
            required: true,
            maxlength: 200,
            pattern: notBlank,
            disabled: !may,
            error: fields['name'],
          })}
          <div class="field">
            <span class="label">Id</span>
            <ic-copy .text=${id} label="the id of the site"></ic-copy>
          </div>
          ${
            may
              ? html`<div><button class="button primary" type="submit" ?disabled=${busy}>Save</button></div>`
              : nothing
          }
        </form>
      </section>
      ${
        may
          ? html`<section class="card">
              <header><h2>Delete this site</h2></header>
              <div class="stack pad-block">
                <p class="muted">The widget stops on every page that has a key of this site.</p>
                <div>
                  <button class="button danger" type="button" @click=${() => this.#remove()}>
                    Delete site…
                  </button>
                </div>
              </div>
            </section>`
          : nothing
      }
    </div>`;
  }
}

customElements.define('site-settings', SiteSettings);
