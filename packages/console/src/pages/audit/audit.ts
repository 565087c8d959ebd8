import type { AuditEvent, Member } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { PagedList, type Page } from '../../data/pages.ts';
import { addressOf, isFiltered } from '../../elements/filters.ts';
import { listFailed, rowTable } from '../../elements/row-table.ts';
import { lines } from '../../elements/states.ts';
import { formatAgo, formatDateTime } from '../../format.ts';
import { go, to } from '../../router.ts';
import { rowStyles } from '../../styles/rows.ts';
import { shared } from '../../styles/shared.ts';
import './chain.ts';
import './event-dialog.ts';
import { auditFilters, noFilters, queryOf, readFilters, type Filters } from './filters.ts';
import { auditStyles, rowHeight } from './styles.ts';
import { actorName, sentenceOf, type Names } from './words.ts';

const perPage = 100;
/** So many rows are there before they come into view. */
const ahead = 100;

/** Rows have an id; events are counted. */
type Entry = AuditEvent & { id: string };

/** Who did what, newest first. */
export class AuditPage extends LitElement {
  static override styles = [shared, rowStyles, auditStyles];
  static override properties = { filters: { state: true }, shown: { state: true } };

  declare filters: Filters;
  declare shown: Entry | null;
  #seen = 0;

  readonly #list = new PagedList<Entry>(this, async (cursor, signal) => {
    const page = await api.get<Page<AuditEvent>>(
      '/v1/audit-events',
      { limit: perPage, cursor, ...queryOf(this.filters) },
      signal,
    );
    return { ...page, data: page.data.map((event) => ({ ...event, id: String(event.seq) })) };
  });

  readonly #members = new Task(this, {
    args: () => [],
    task: async (_, { signal }): Promise<Names> => {
      const { data } = await api.get<{ data: Member[] }>('/v1/members', {}, signal);
      return new Map(data.map(({ id, name }) => [id, name]));
    },
    onComplete: (names) => {
      this.#names = names;
      this.#cells = (event) => this.#draw(event);
    },
  });

  #names: Names = new Map();
  #cells = (event: Entry): TemplateResult => this.#draw(event);

  constructor() {
    super();
    this.filters = readFilters();
    this.shown = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#list.restart();
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
    go(to('audit') + addressOf(this.filters), { replace: true });
    void this.#list.restart();
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
        <div>
          <h1 tabindex="-1">Audit log</h1>
          <p class="muted small">Who did what to this tenant. Nothing in it can be changed or removed.</p>
        </div>
        <audit-chain></audit-chain>
        ${auditFilters(this.filters, this.#names, (change) => this.#filter(change))}
        <section class="card" aria-label="Events" aria-busy=${this.#list.state === 'first'}>
          ${this.#body()}
        </section>
      </div>
      <audit-event-dialog
        .event=${this.shown}
        .who=${this.shown ? actorName(this.shown, this.#names) : ''}
        .what=${this.shown ? sentenceOf(this.shown, this.#names) : ''}
        @ic-close=${() => (this.shown = null)}
      ></audit-event-dialog>`;
  }

  #body(): TemplateResult {
    const { items, state } = this.#list;
    if (state === 'failed' && items.length === 0) return listFailed(this.#list);
    // Names and events come apart.
    if (state === 'first' || this.#members.value === undefined) return lines(8);
    if (items.length === 0) return this.#empty();
    return rowTable({
      label: 'Events',
      headings,
      list: this.#list,
      cells: this.#cells,
      rowHeight,
      seen: (last) => this.#see(last),
    });
  }

  #empty(): TemplateResult {
    return html`<div class="empty">
      <h2>Nothing fits these filters</h2>
      ${
        isFiltered(this.filters)
          ? html`<button class="button" type="button" @click=${() => this.#filter(noFilters)}>
              Show everything
            </button>`
          : nothing
      }
    </div>`;
  }

  #draw(event: Entry): TemplateResult {
    const who = actorName(event, this.#names);
    return html`<span role="cell">
        <button class="opens" type="button" @click=${() => (this.shown = event)}>
          ${sentenceOf(event, this.#names)}
        </button>
        <span class="small muted phone">${who}</span>
      </span>
      <span class="who" role="cell">${who}</span>
      <span class="where small muted" role="cell">
        <span>${event.device ?? ''}</span><span>${event.network ?? ''}</span>
      </span>
      <time class="small muted" role="cell" datetime=${event.at} title=${formatDateTime(event.at)}>
        ${formatAgo(event.at)}
      </time>`;
  }
}

const headings = html`<div class="head" role="row" aria-rowindex="1">
  <span role="columnheader">What</span>
  <span role="columnheader">Who</span>
  <span role="columnheader">From where</span>
  <span role="columnheader">When</span>
</div>`;

customElements.define('page-audit', AuditPage);
