import type { Generation } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { PagedList, type Page, type ReadSoFar } from '../../data/pages.ts';
import { session } from '../../data/session.ts';
import { allSites } from '../../data/sites.ts';
import { confirm } from '../../elements/confirm.ts';
import { addressOf, isFiltered } from '../../elements/filters.ts';
import { icon } from '../../elements/icons.ts';
import type { Rows } from '../../elements/rows.ts';
import { listFailed, rowTable } from '../../elements/row-table.ts';
import { toast } from '../../elements/toast.ts';
import { formatAgo, formatNumber } from '../../format.ts';
import { placeReturnedTo } from '../../place.ts';
import { go, to } from '../../router.ts';
import { rowStyles } from '../../styles/rows.ts';
import { shared } from '../../styles/shared.ts';
import { noFilters, queryOf, readFilters, videoFilters, type Filters } from './filters.ts';
import { nameOf, statusBadge, whoOf } from './status.ts';
import { rowHeight, videosStyles } from './styles.ts';

const perPage = 100;
/** So many rows are there before they come into view. */
const ahead = 150;

/** The list as it was left, for the way back to it from one of its videos. */
interface Left extends ReadSoFar<Generation> {
  address: string;
  opened: string | null;
}
let left: Left | null = null;

const addressNow = (): string => `${session.membership?.tenant.id} ${session.mode} ${location.search}`;

/** All videos of the tenant, newest first, however many there are. */
export class VideosPage extends LitElement {
  static override styles = [shared, rowStyles, videosStyles];
  static override properties = { filters: { state: true } };

  declare filters: Filters;
  /** The last row that is seen. */
  #seen = 0;
  #opened: string | null = null;

  readonly #list = new PagedList<Generation>(this, (cursor, signal) =>
    api.get<Page<Generation>>(
      '/v1/generations',
      { limit: perPage, cursor, ...queryOf(this.filters) },
      signal,
    ),
  );

  readonly #sites = new Task(this, {
    args: () => [],
    task: async (_, { signal }) => (session.may('sites:read') ? allSites(signal) : []),
    onComplete: () => {
      // The names of sites have come: every row is drawn again.
      this.#cells = (generation, pictures) => this.#draw(generation, pictures);
    },
  });

  #cells = (generation: Generation, pictures: boolean): TemplateResult => this.#draw(generation, pictures);
  readonly #address: string;

  constructor() {
    super();
    this.filters = readFilters();
    this.#address = addressNow();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const y = placeReturnedTo();
    if (y !== null && left?.address === this.#address) {
      this.#opened = left.opened;
      this.#list.resume(left);
    } else {
      void this.#list.restart({ atLeast: y === null ? 1 : Math.ceil((y + innerHeight) / rowHeight) });
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const address = `${this.#address.split(' ').slice(0, 2).join(' ')} ${addressOf(this.filters)}`;
    left = { ...this.#list.soFar, address, opened: this.#opened };
  }

  /** On the way back from a video reading goes on at its row. */
  async focusReturned(): Promise<boolean> {
    const index = this.#list.items.findIndex(({ id }) => id === this.#opened);
    if (index < 0) return false;
    await this.#rows?.focusRow(index, { preventScroll: true });
    return true;
  }

  get #rows(): Rows<Generation> | null {
    return this.renderRoot.querySelector('ic-rows');
  }

  protected override updated(): void {
    this.#readAhead();
  }

  #see(last: number): void {
    this.#seen = last;
    this.#readAhead();
  }

  #readAhead(): void {
    if (this.#seen + ahead > this.#list.items.length) void this.#list.more();
  }

  #filter(change: Partial<Filters>): void {
    this.filters = { ...this.filters, ...change };
    go(to('videos') + addressOf(this.filters), { replace: true });
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
        const index = this.#list.items.indexOf(generation);
        this.#list.change((items) => items.filter((item) => item !== generation));
        toast({ text: 'The video was deleted.' });
        await this.updateComplete;
        await this.#rows?.focusRow(Math.min(index, this.#list.items.length - 1));
      },
    });
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      <div class="page-head"><h1 tabindex="-1">Videos</h1></div>
      ${videoFilters(this.filters, this.#sites.value ?? [], (change) => this.#filter(change))}
      <section class="card" aria-label="Videos" aria-busy=${this.#list.state === 'first'}>
        ${this.#body()}
      </section>
    </div>`;
  }

  #body(): TemplateResult {
    const { items, state } = this.#list;
    if (state === 'first') return html`${Array.from({ length: 6 }, () => waiting)}`;
    if (state === 'failed' && items.length === 0) return listFailed(this.#list);
    if (items.length === 0) return this.#empty();
    return html`${rowTable({
      label: 'Videos',
      headings,
      list: this.#list,
      cells: this.#cells,
      rowHeight,
      seen: (last) => this.#see(last),
    })}
    ${state === 'more' ? waiting : nothing}`;
  }

  #empty(): TemplateResult {
    if (isFiltered(this.filters)) {
      return html`<div class="empty">
        <h2>No videos fit these filters</h2>
        <button class="button" type="button" @click=${() => this.#filter(noFilters)}>Show all</button>
      </div>`;
    }
    return html`<div class="empty">
      <h2>No videos yet</h2>
      <p>Put the widget on a page, and what your visitors make appears here.</p>
      <a class="button primary" href=${to('sites?new')}>Set up a site</a>
    </div>`;
  }

  #draw(generation: Generation, pictures: boolean): TemplateResult {
    const { id, output, params, model, created_at, credits } = generation;
    const name = nameOf(generation);
    return html`<span role="cell">
        ${
          output && pictures
            ? html`<img
                class="thumb"
                src=${output.poster_url}
                alt=""
                width="88"
                height="56"
                decoding="async"
              />`
            : html`<span class="thumb"></span>`
        }
      </span>
      <span class="name" role="cell">
        <a class="opens" href=${to(`videos/${id}`)} @click=${() => (this.#opened = id)}>${name}</a>
        <span class="small muted">${model} · ${params.resolution}</span>
      </span>
      <span class="who name small" role="cell">
        <span>${whoOf(generation)}</span>
        <span class="muted">${this.#siteName(generation)}</span>
      </span>
      <span class="when muted small" role="cell">${formatAgo(created_at)}</span>
      <span role="cell">${statusBadge(generation.status)}</span>
      <span class="number small" role="cell">${formatNumber(credits.charged)}</span>
      ${session.may('generations:write') ? this.#removeButton(generation, name) : nothing}`;
  }

  #removeButton(generation: Generation, name: string): TemplateResult {
    return html`<span class="remove" role="cell">
      <button
        class="button quiet square"
        type="button"
        aria-label="Delete ${name}"
        @click=${() => this.#remove(generation)}
      >
        ${icon('trash')}
      </button>
    </span>`;
  }

  #siteName({ site_id }: Generation): string {
    if (site_id === null) return '';
    return this.#sites.value?.find(({ id }) => id === site_id)?.name ?? '';
  }
}

const headings = html`<div class="head" role="row" aria-rowindex="1">
  <span role="columnheader">Video</span>
  <span role="columnheader">Asked for by</span>
  <span role="columnheader">When</span>
  <span role="columnheader">Status</span>
  <span role="columnheader" class="number">Credits</span>
</div>`;

const waiting = html`<div class="wait" aria-hidden="true">
  <span class="thumb skeleton"></span><span class="skeleton"></span>
</div>`;

customElements.define('page-videos', VideosPage);
