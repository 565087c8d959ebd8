import type { Generation, SiteList } from '@imgvid/api/types';
import { Task } from '@lit/task';
import '@lit-labs/virtualizer';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../data/api.ts';
import { session } from '../data/session.ts';
import { PagedList, type Page } from '../data/pages.ts';
import { confirm } from '../elements/confirm.ts';
import { selectField, textField } from '../elements/fields.ts';
import { icon } from '../elements/icons.ts';
import { toast } from '../elements/toast.ts';
import { formatAgo, formatNumber } from '../format.ts';
import { go, to } from '../router.ts';
import { shared } from '../styles/shared.ts';
import { nameOf, statusBadge, statusNames, whoOf } from './video-status.ts';

const perPage = 50;

/** Filters stand in the address, so that a list can be bookmarked, sent, and come back to. */
interface Filters {
  status: string;
  site: string;
  product: string;
  after: string;
  before: string;
}

function readFilters(): Filters {
  const search = new URLSearchParams(location.search);
  const text = (name: string): string => search.get(name) ?? '';
  return {
    status: text('status'),
    site: text('site'),
    product: text('product'),
    after: text('after'),
    before: text('before'),
  };
}

/** Midnight in the reader's own time zone, as the API takes it. */
const momentOf = (day: string, plusDays = 0): string | undefined => {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + plusDays).toISOString();
};

/** All videos of the tenant, newest first, however many there are. */
export class VideosPage extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
        gap: 0.75rem;
        align-items: end;
      }
      lit-virtualizer {
        inline-size: 100%;
      }
      .line {
        display: grid;
        grid-template-columns: 5.5rem minmax(0, 2fr) minmax(0, 1.2fr) 7rem 6.5rem 4rem 2.5rem;
        gap: 1rem;
        align-items: center;
        inline-size: 100%;
        block-size: 4.75rem;
        padding: 0 1.25rem;
        border-block-end: 1px solid var(--line);
      }
      /* The whole line is the link; what else can be pressed lies above it. */
      .line {
        position: relative;
      }
      .line a {
        color: inherit;
        font-weight: 530;
        text-decoration: none;
      }
      .line a::after {
        content: '';
        position: absolute;
        inset: 0;
      }
      .line a:focus-visible {
        outline: 0;
      }
      .line a:focus-visible::after {
        outline: 2px solid var(--accent-text);
        outline-offset: -2px;
      }
      .line .remove {
        position: relative;
        z-index: 1;
      }
      .line:hover {
        background: color-mix(in oklab, var(--text) 3%, transparent);
      }
      .thumb {
        inline-size: 5.5rem;
        block-size: 3.5rem;
        border-radius: 0.5rem;
        background: var(--well);
        object-fit: cover;
      }
      .name {
        display: grid;
        min-inline-size: 0;
      }
      .name > * {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .number {
        text-align: end;
      }
      .wait {
        display: flex;
        gap: 1rem;
        align-items: center;
        block-size: 4.75rem;
        padding-inline: 1.25rem;
        border-block-end: 1px solid var(--line);
      }
      .wait span:nth-child(2) {
        inline-size: 40%;
        block-size: 0.875rem;
      }
      @media (max-width: 56rem) {
        .line {
          grid-template-columns: 5.5rem minmax(0, 1fr) auto;
        }
        .line > .who,
        .line > .when,
        .line > .number,
        .line > .remove {
          display: none;
        }
      }
    `,
  ];
  static override properties = { filters: { state: true } };

  declare filters: Filters;

  readonly #list = new PagedList<Generation>(this, (cursor, signal) => {
    const { status, site, product, after, before } = this.filters;
    return api.get<Page<Generation>>(
      '/v1/generations',
      {
        limit: perPage,
        cursor,
        status,
        site_id: site,
        product_ref: product,
        created_after: momentOf(after),
        created_before: momentOf(before, 1),
      },
      signal,
    );
  });

  readonly #sites = new Task(this, {
    args: () => [],
    task: async (_, { signal }) =>
      session.may('sites:read') ? (await api.get<SiteList>('/v1/sites', { limit: 100 }, signal)).data : [],
  });

  constructor() {
    super();
    this.filters = readFilters();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#list.restart();
  }

  #filter(change: Partial<Filters>): void {
    this.filters = { ...this.filters, ...change };
    const search = new URLSearchParams(Object.entries(this.filters).filter(([, value]) => value !== ''));
    go(`${to('videos')}${search.size > 0 ? `?${search}` : ''}`, { replace: true });
    void this.#list.restart();
  }

  #remove(generation: Generation): void {
    confirm({
      heading: 'Delete this video?',
      text: 'The video and its photo are deleted at once and cannot be brought back. Pages that show it will no longer find it.',
      action: 'Delete video',
      danger: true,
      run: async () => {
        await api.delete(`/v1/generations/${generation.id}`);
        this.#list.change((items) => items.filter(({ id }) => id !== generation.id));
        toast({ text: 'The video was deleted.' });
      },
    });
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      <div class="page-head"><h1 tabindex="-1">Videos</h1></div>
      ${this.#filterForm()}
      <section class="card" aria-label="Videos" aria-busy=${this.#list.state === 'first'}>
        ${this.#body()}
      </section>
    </div>`;
  }

  #filterForm(): TemplateResult {
    const { status, site, product, after, before } = this.filters;
    const sites = this.#sites.value ?? [];
    return html`<form
      role="search"
      aria-label="Filter the videos"
      @submit=${(event: Event) => event.preventDefault()}
      @change=${({ target }: Event) => {
        const { name, value } = target as HTMLInputElement;
        this.#filter({ [name]: value.trim() });
      }}
    >
      ${selectField({
        name: 'status',
        label: 'Status',
        value: status,
        options: [['', 'All'], ...Object.entries(statusNames)],
      })}
      ${
        sites.length > 1 || site !== ''
          ? selectField({
              name: 'site',
              label: 'Site',
              value: site,
              options: [['', 'All'], ...sites.map(({ id, name }): [string, string] => [id, name])],
            })
          : nothing
      }
      ${textField({ name: 'product', label: 'Product reference', value: product, maxlength: 200 })}
      ${textField({ name: 'after', label: 'From', type: 'date', value: after })}
      ${textField({ name: 'before', label: 'To', type: 'date', value: before })}
    </form>`;
  }

  #body(): TemplateResult {
    const { items, state } = this.#list;
    if (state === 'first') return html`${Array.from({ length: 6 }, () => waiting)}`;
    if (state === 'failed' && items.length === 0) return this.#failed();
    if (items.length === 0) return this.#empty();
    return html`<lit-virtualizer
        .items=${items}
        .keyFunction=${(generation: Generation) => generation.id}
        .renderItem=${(generation: Generation) => this.#line(generation)}
        @rangeChanged=${({ last }: Event & { last: number }) => {
          if (last >= this.#list.items.length - 15) void this.#list.more();
        }}
      ></lit-virtualizer>
      ${state === 'more' ? waiting : nothing} ${state === 'failed' ? this.#failed() : nothing}`;
  }

  #failed(): TemplateResult {
    return html`<div class="empty" role="alert">
      <p>${this.#list.failure}</p>
      <button class="button" type="button" @click=${() => void this.#list.retry()}>Try again</button>
    </div>`;
  }

  #empty(): TemplateResult {
    if (Object.values(this.filters).some((value) => value !== '')) {
      return html`<div class="empty">
        <h2>No videos fit these filters</h2>
        <button
          class="button"
          type="button"
          @click=${() => this.#filter({ status: '', site: '', product: '', after: '', before: '' })}
        >
          Show all
        </button>
      </div>`;
    }
    return html`<div class="empty">
      <h2>No videos yet</h2>
      <p>Put the widget on a page, and what your visitors make appears here.</p>
      <a class="button primary" href=${to('sites?new')}>Set up a site</a>
    </div>`;
  }

  #line(generation: Generation): TemplateResult {
    const { id, output, params, model, created_at, credits } = generation;
    const name = nameOf(generation);
    return html`<div class="line">
      ${
        output
          ? html`<img class="thumb" src=${output.poster_url} alt="" width="88" height="56" loading="lazy" />`
          : html`<span class="thumb"></span>`
      }
      <span class="name">
        <a href=${to(`videos/${id}`)}>${name}</a>
        <span class="small muted">${model} · ${params.resolution}</span>
      </span>
      <span class="who name small">
        <span>${whoOf(generation)}</span>
        <span class="muted">${this.#siteName(generation)}</span>
      </span>
      <span class="when muted small">${formatAgo(created_at)}</span>
      ${statusBadge(generation.status)}
      <span class="number small">${formatNumber(credits.charged)}<span class="muted"> cr.</span></span>
      ${
        session.may('generations:write')
          ? html`<button
              class="button quiet square remove"
              type="button"
              aria-label="Delete ${name}"
              @click=${() => this.#remove(generation)}
            >
              ${icon('trash')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #siteName({ site_id }: Generation): string {
    if (site_id === null) return '';
    return this.#sites.value?.find(({ id }) => id === site_id)?.name ?? '';
  }
}

const waiting = html`<div class="wait" aria-hidden="true">
  <span class="thumb skeleton"></span><span class="skeleton"></span>
</div>`;

customElements.define('page-videos', VideosPage);
