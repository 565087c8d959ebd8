import type { Site } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../data/api.ts';
import { PagedList } from '../data/pages.ts';
import { session } from '../data/session.ts';
import { sitesPage } from '../data/sites.ts';
import { Submission } from '../data/submission.ts';
import '../elements/dialog.ts';
import { formFailure, notBlank, textField, valuesOf } from '../elements/fields.ts';
import { icon } from '../elements/icons.ts';
import { formatDate } from '../format.ts';
import { go, to } from '../router.ts';
import { shared } from '../styles/shared.ts';

/** The sites of the tenant, and the way to a new one. */
export class SitesPage extends LitElement {
  static override styles = [
    shared,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
        gap: 1.25rem;
      }
      a.card {
        display: grid;
        gap: 0.25rem;
        align-content: start;
        color: inherit;
        text-decoration: none;
        transition: border-color 0.15s;
      }
      a.card:hover {
        border-color: color-mix(in oklab, var(--accent) 45%, var(--line));
      }
      a.card .small {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];
  static override properties = { making: { state: true } };

  declare making: boolean;
  readonly #submission = new Submission(this);
  readonly #list = new PagedList<Site>(this, sitesPage);

  constructor() {
    super();
    this.making = new URLSearchParams(location.search).has('new') && session.may('sites:write');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#list.restart();
  }

  #make(event: Event): void {
    const { name = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      const site = await api.post<Site>('/v1/sites', { name });
      this.making = false;
      go(to(`sites/${site.id}/setup`));
    });
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
        <div class="page-head">
          <h1 tabindex="-1">Sites</h1>
          ${session.may('sites:write') && this.#list.items.length > 0 ? this.#newButton() : nothing}
        </div>
        ${this.#body()}
      </div>
      ${this.#dialog()}`;
  }

  #newButton(): TemplateResult {
    return html`<button class="button primary" type="button" @click=${() => (this.making = true)}>
      ${icon('plus')} New site
    </button>`;
  }

  #body(): TemplateResult {
    const { items, state, failure } = this.#list;
    if (state === 'first') {
      return html`<div class="grid" aria-hidden="true">
        ${[1, 2, 3].map(() => html`<div class="card pad skeleton"><br /><br /><br /></div>`)}
      </div>`;
    }
    if (state === 'failed' && items.length === 0) {
      return html`<div class="card empty" role="alert">
        <p>${failure}</p>
        <button class="button" type="button" @click=${() => void this.#list.retry()}>Try again</button>
      </div>`;
    }
    if (items.length === 0) {
      return html`<div class="card empty">
        <h2>No site yet</h2>
        <p>
          A site is where the widget stands: a shop, a blog, an app. It has its own keys, look and limits.
        </p>
        ${session.may('sites:write') ? this.#newButton() : nothing}
      </div>`;
    }
    return html`<div class="grid">${items.map((site) => card(site))}</div>
      ${this.#list.complete ? nothing : this.#more()}`;
  }

  #more(): TemplateResult {
    const { state, failure } = this.#list;
    const failed = state === 'failed';
    return html`<div class="row" role=${failed ? 'alert' : nothing}>
      ${failed ? html`<p>${failure}</p>` : nothing}
      <button
        class="button"
        type="button"
        ?disabled=${state === 'more'}
        @click=${() => void (failed ? this.#list.retry() : this.#list.more())}
      >
        ${failed ? 'Try again' : state === 'more' ? 'Loading…' : 'More sites'}
      </button>
    </div>`;
  }

  #dialog(): TemplateResult {
    const { busy, fields } = this.#submission;
    return html`<ic-dialog
      heading="New site"
      .open=${this.making}
      .busy=${busy}
      @ic-close=${() => (this.making = false)}
    >
      ${
        this.making
          ? html`<form id="make" class="stack" @submit=${(event: Event) => this.#make(event)}>
              ${formFailure(this.#submission)}
              ${textField({
                name: 'name',
                label: 'Name',
                hint: 'For you to tell it from others; visitors do not see it.',
                placeholder: 'My shop',
                required: true,
                maxlength: 200,
                pattern: notBlank,
                autofocus: true,
                error: fields['name'],
              })}
            </form>`
          : nothing
      }
      <button
        slot="actions"
        class="button"
        type="button"
        ?disabled=${busy}
        @click=${() => (this.making = false)}
      >
        Cancel
      </button>
      <button slot="actions" class="button primary" type="submit" form="make" ?disabled=${busy}>
        Make site
      </button>
    </ic-dialog>`;
  }
}

function card({ id, name, origins, created_at }: Site): TemplateResult {
  const [first, ...others] = origins;
  return html`<a class="card pad" href=${to(`sites/${id}/${first === undefined ? 'setup' : 'look'}`)}>
    <h2>${name}</h2>
    <span class="small muted">
      ${first === undefined ? 'Not set up yet' : first + (others.length > 0 ? ` and ${others.length} more` : '')}
    </span>
    <span class="small muted">Made on ${formatDate(created_at)}</span>
  </a>`;
}

customElements.define('page-sites', SitesPage);
