import type { Usage, UsageRow } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../data/api.ts';
import { saveFile } from '../data/download.ts';
import { lastDays } from '../data/days.ts';
import { session } from '../data/session.ts';
import { allSites } from '../data/sites.ts';
import { selectField } from '../elements/fields.ts';
import { rangeField, readRange } from '../elements/range.ts';
import { failed, lines } from '../elements/states.ts';
import { formatDay, formatNumber } from '../format.ts';
import { go, to } from '../router.ts';
import { shared } from '../styles/shared.ts';
import { statusNames } from './videos/status.ts';

const groups = [
  ['day', 'Day'],
  ['site', 'Site'],
  ['model', 'Model'],
  ['status', 'How it ended'],
] as const;
type Group = (typeof groups)[number][0];

function readGroup(): Group {
  const given = new URLSearchParams(location.search).get('by');
  return groups.find(([name]) => name === given)?.[0] ?? 'day';
}

const columns = ['videos', 'succeeded', 'failed', 'canceled', 'credits'] as const;
const headings = {
  videos: 'Asked for',
  succeeded: 'Ready',
  failed: 'Failed',
  canceled: 'Canceled',
  credits: 'Credits',
};

/** Counts of the chosen days, to look at and to take along. */
export class UsagePage extends LitElement {
  static override styles = [
    shared,
    css`
      .filters {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 12rem));
        gap: 0.75rem;
        align-items: end;
      }
      tfoot th,
      tfoot td {
        font-weight: 620;
      }
    `,
  ];
  static override properties = { days: { state: true }, by: { state: true } };

  declare days: number;
  declare by: Group;
  readonly #task = new Task(this, {
    args: () => [this.days, this.by] as const,
    task: async ([days, by], { signal }) => {
      const span = lastDays(days);
      const [usage, sites] = await Promise.all([
        api.get<Usage>('/v1/usage', { from: span[0], to: span.at(-1), group_by: by }, signal),
        by === 'site' ? allSites(signal) : [],
      ]);
      return { usage, by, names: new Map(sites.map(({ id, name }) => [id, name])) };
    },
  });

  constructor() {
    super();
    this.days = readRange();
    this.by = readGroup();
  }

  #show(change: { days?: number; by?: Group }): void {
    Object.assign(this, change);
    go(`${to('usage')}?days=${this.days}&by=${this.by}`, { replace: true });
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<div class="stack">
      <div class="page-head">
        <div>
          <h1 tabindex="-1">Usage</h1>
          <p class="muted small">Days are of UTC. What failed was not charged.</p>
        </div>
        ${
          known && known.usage.data.length > 0
            ? html`<button class="button" type="button" @click=${() => this.#download(known)}>
                Download as CSV
              </button>`
            : nothing
        }
      </div>
      <div class="filters">
        ${rangeField(this.days, (days) => this.#show({ days }))}
        ${selectField({
          name: 'by',
          label: 'By',
          value: this.by,
          options: groups,
          onChange: (by) => this.#show({ by: by as Group }),
        })}
      </div>
      <section class="card" aria-label="Usage">
        ${this.#task.render({
          initial: () => lines(8),
          pending: () => (known ? this.#table(known) : lines(8)),
          complete: (shown) => this.#table(shown),
          error: (error) => failed(error, () => this.#task.run()),
        })}
      </section>
    </div>`;
  }

  #table({ usage, by, names }: Shown): TemplateResult {
    if (usage.data.length === 0) {
      return html`<div class="empty">
        <h2>Nothing in these days</h2>
        <p>These are ${session.mode} videos. Choose more days, or switch between test and live.</p>
      </div>`;
    }
    const rows = by === 'day' ? usage.data.toReversed() : usage.data;
    return html`<div class="scroll">
      <table class="number">
        <thead>
          <tr>
            <th scope="col">${groups.find(([name]) => name === by)?.[1]}</th>
            ${columns.map((column) => html`<th scope="col" class="end">${headings[column]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                <th scope="row">${labelOf(row, by, names)}</th>
                ${columns.map((column) => html`<td class="end">${formatNumber(row[column])}</td>`)}
              </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">In all</th>
            ${columns.map((column) => html`<td class="end">${formatNumber(usage.total[column])}</td>`)}
          </tr>
        </tfoot>
      </table>
    </div>`;
  }

  #download({ usage, by, names }: Shown): void {
    const rows = usage.data.map((row) => [
      by === 'day' ? (row.day ?? '') : labelOf(row, by, names),
      ...columns.map((column) => row[column]),
    ]);
    const csv = [[by, ...columns], ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n');
    saveFile(new Blob([csv], { type: 'text/csv' }), `imgvid-usage-${usage.from}-${usage.to}.csv`);
  }
}

interface Shown {
  usage: Usage;
  by: Group;
  names: ReadonlyMap<string, string>;
}

function labelOf(row: UsageRow, by: Group, names: ReadonlyMap<string, string>): string {
  if (by === 'day') return formatDay(row.day ?? '');
  if (by === 'model') return row.model ?? '';
  if (by === 'status') return statusNames[row.status as keyof typeof statusNames] ?? row.status ?? '';
  return row.site_id ? (names.get(row.site_id) ?? 'A deleted site') : 'Your own server';
}

/** Quoted, and never begun by what a spreadsheet takes for a formula. */
function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

customElements.define('page-usage', UsagePage);
