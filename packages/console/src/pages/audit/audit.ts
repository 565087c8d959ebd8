import type { AuditEvent, Member } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { PagedList, type Page } from '../../data/pages.ts';
import { addressOf, isFiltered } from '../../elements/filters.ts';
import '../../elements/rows.ts';
import { formatAgo, formatDateTime } from '../../format.ts';
import { go, to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';
import './chain.ts';
import './event-dialog.ts';
import { auditFilters, noFilters, queryOf, readFilters, type Filters } from './filters.ts';
import { actorName, sentenceOf, type Names } from './words.ts';

const perPage = 100;
/** So many rows are there before they come into view. */
const ahead = 100;
const rowHeight = 64;

/** Rows have an id; events are counted. */
type Entry = AuditEvent & { id: string };

/** Who did what, newest first. */
export class AuditPage extends LitElement {
  static override styles = [
    shared,
    css`
      .filters {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
        gap: 0.75rem;
        align-items: end;
      }
      ic-rows {
        display: block;
        position: relative;
        contain: layout style;
      }
      [role='row'] {
        display: grid;
        grid-template-columns: minmax(0, 2.4fr) minmax(0, 1fr) minmax(0, 1.2fr) 8rem;
        gap: 1rem;
        align-items: center;
        padding: 0 1.25rem;
        border-block-end: 1px solid var(--line);
      }
      .head {
        min-block-size: 2.75rem;
        color: var(--muted);
        font-size: 0.8125rem;
        font-weight: 550;
      }
      ic-rows [role='row'] {
        position: absolute;
        inset-inline: 0;
        block-size: 64px;
        contain: strict;
      }
      ic-rows [role='row']:hover {
        background: color-mix(in oklab, var(--text) 3%, transparent);
      }
      [role='cell'] {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      [role='cell'] > span {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      /* The whole row is the button. */
      ic-rows button {
        appearance: none;
        display: block;
        max-inline-size: 100%;
        padding: 0;
        border: 0;
        background: none;
        font-weight: 530;
        text-align: start;
        overflow: hidden;
        text-overflow: ellipsis;
        cursor: pointer;
      }
      ic-rows button::after {
        content: '';
        position: absolute;
        inset: 0;
      }
      ic-rows button:focus-visible {
        outline: 0;
      }
      ic-rows button:focus-visible::after {
        outline: 2px solid var(--accent-text);
        outline-offset: -2px;
      }
      @media (max-width: 56rem) {
        [role='row'] {
          grid-template-columns: minmax(0, 1fr) auto;
          padding-inline: 1rem;
        }
        .head,
        .who,
        .where {
          display: none;
        }
      }
      .phone {
        display: none;
      }
      @media (max-width: 56rem) {
        [role='cell'] > .phone {
          display: block;
        }
      }
    `,
  ];
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
    const { items, state, complete } = this.#list;
    if (state === 'first' || this.#members.value === undefined) return this.#waiting();
    if (state === 'failed' && items.length === 0) return this.#failed();
    if (items.length === 0) return this.#empty();
    return html`<div role="table" aria-label="Events" aria-rowcount=${complete ? items.length + 1 : -1}>
        <div role="rowgroup">${headings}</div>
        <ic-rows
          .items=${items}
          .renderRow=${this.#cells}
          .rowHeight=${rowHeight}
          @ic-range=${({ detail }: CustomEvent<number>) => {
            this.#seen = detail;
            this.#readAhead();
          }}
        ></ic-rows>
      </div>
      ${state === 'failed' ? this.#failed() : nothing}`;
  }

  #waiting(): TemplateResult {
    // Names and events come apart; either may fail.
    if (this.#list.state === 'failed') return this.#failed();
    return html`<div class="stack pad-block" aria-hidden="true">
      ${Array.from({ length: 8 }, () => html`<span class="skeleton line-skeleton"></span>`)}
    </div>`;
  }

  #failed(): TemplateResult {
    return html`<div class="empty" role="alert">
      <p>${this.#list.failure}</p>
      <button class="button" type="button" @click=${() => void this.#list.retry()}>Try again</button>
    </div>`;
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
        <button type="button" @click=${() => (this.shown = event)}>${sentenceOf(event, this.#names)}</button>
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
