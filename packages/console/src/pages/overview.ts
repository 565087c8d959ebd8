import type { Credits, GenerationList, Site, Usage } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../data/api.ts';
import { lastDays } from '../data/days.ts';
import { session } from '../data/session.ts';
import { allSites } from '../data/sites.ts';
import '../elements/bars.ts';
import { icon } from '../elements/icons.ts';
import { rangeField, readRange } from '../elements/range.ts';
import { failed } from '../elements/states.ts';
import { formatAgo, formatDay, formatNumber, formatPercent } from '../format.ts';
import { go, to } from '../router.ts';
import { shared } from '../styles/shared.ts';
import { nameOf, statusBadge } from './videos/status.ts';

interface Overview {
  usage: Usage;
  bySite: Usage;
  credits: Credits | null;
  sites: Site[];
  latest: GenerationList;
}

async function read(days: number, signal: AbortSignal): Promise<Overview> {
  const span = lastDays(days);
  const query = { from: span[0], to: span.at(-1) };
  const [usage, bySite, credits, sites, latest] = await Promise.all([
    api.get<Usage>('/v1/usage', { ...query, group_by: 'day' }, signal),
    api.get<Usage>('/v1/usage', { ...query, group_by: 'site' }, signal),
    session.may('credits:read') ? api.get<Credits>('/v1/credits', {}, signal) : null,
    allSites(signal),
    api.get<GenerationList>('/v1/generations', { limit: 5 }, signal),
  ]);
  return { usage, bySite, credits, sites, latest };
}

/** What was made, where, what it cost and what failed. */
export class OverviewPage extends LitElement {
  static override styles = [
    shared,
    css`
      .figures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
        gap: 1.25rem;
      }
      .figure {
        display: grid;
        gap: 0.125rem;
      }
      .figure strong {
        font-size: 1.75rem;
        line-height: 1.2;
        font-weight: 620;
        letter-spacing: -0.02em;
        font-variant-numeric: tabular-nums;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
        gap: 1.25rem;
        align-items: start;
      }
      .line {
        display: grid;
        grid-template-columns: 4.5rem minmax(0, 1fr) auto;
        gap: 0.875rem;
        align-items: center;
        padding: 0.625rem 1.25rem;
        border-block-start: 1px solid var(--line);
        color: inherit;
        text-decoration: none;
      }
      .line:hover {
        background: color-mix(in oklab, var(--text) 3%, transparent);
      }
      .line img,
      .line .thumb {
        inline-size: 4.5rem;
        block-size: 2.75rem;
        border-radius: 0.5rem;
        object-fit: cover;
        background: var(--well);
      }
      .line .name {
        display: grid;
        min-inline-size: 0;
      }
      .start {
        display: grid;
        gap: 1rem;
        justify-items: start;
        padding: clamp(1.5rem, 4vw, 2.5rem);
      }
      .start p {
        max-inline-size: 38rem;
      }
      @media (max-width: 40rem) {
        .figures {
          grid-template-columns: 1fr 1fr;
          gap: 0.75rem;
        }
        .figure strong {
          font-size: 1.375rem;
        }
      }
    `,
  ];
  static override properties = { days: { state: true } };

  declare days: number;
  readonly #task = new Task(this, {
    args: () => [this.days],
    task: ([days], { signal }) => read(days, signal),
  });

  constructor() {
    super();
    this.days = readRange();
  }

  #choose(days: number): void {
    this.days = days;
    go(`${to('')}?days=${days}`, { replace: true });
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      <div class="page-head">
        <h1 tabindex="-1">Overview</h1>
        ${this.#task.value && isNew(this.#task.value) ? nothing : rangeField(this.days, (days) => this.#choose(days))}
      </div>
      ${this.#task.render({
        initial: () => skeleton,
        pending: () => (this.#task.value ? this.#shown(this.#task.value) : skeleton),
        complete: (overview) => this.#shown(overview),
        error: (error) => html`<div class="card">${failed(error, () => this.#task.run())}</div>`,
      })}
    </div>`;
  }

  #shown(overview: Overview): TemplateResult {
    const { usage } = overview;
    if (isNew(overview)) return welcome();
    return html`${this.#figures(overview)}
      <section class="card pad" aria-label="Videos by day">
        ${usage.total.videos === 0 ? noneYet(overview) : this.#chart(usage)}
      </section>
      <div class="columns">${this.#latest(overview)} ${this.#sites(overview)}</div>`;
  }

  #figures({ usage: { total }, credits }: Overview): TemplateResult {
    const ended = total.succeeded + total.failed;
    return html`<div class="figures">
      ${figure('Videos asked for', formatNumber(total.videos), `${formatNumber(total.succeeded)} ready`)}
      ${figure(
        'Failures',
        formatNumber(total.failed),
        ended === 0
          ? 'none, for nothing ended yet'
          : `${formatPercent(total.failed / ended)}, charged nothing`,
      )}
      ${figure(
        'Credits spent',
        formatNumber(total.credits),
        total.succeeded === 0
          ? 'on ready videos only'
          : `${formatNumber(Math.round(total.credits / total.succeeded))} a video`,
      )}
      ${
        credits
          ? figure(
              `${session.mode === 'test' ? 'Test credits' : 'Credits'} left`,
              formatNumber(credits.available),
              `${formatNumber(credits.held)} set aside`,
            )
          : nothing
      }
    </div>`;
  }

  #chart(usage: Usage): TemplateResult {
    const byDay = new Map(usage.data.map((row) => [row.day, row]));
    const bars = lastDays(this.days).map((day) => {
      const row = byDay.get(day);
      return { label: formatDay(day), values: [row?.succeeded ?? 0, row?.failed ?? 0] };
    });
    return html`<ic-bars caption="Videos by day" .bars=${bars} .series=${['Ready', 'Failed']}></ic-bars>`;
  }

  #latest({ latest }: Overview): TemplateResult {
    return html`<section class="card">
      <header>
        <h2>Latest videos</h2>
        <a class="small" href=${to('videos')}>All videos</a>
      </header>
      ${
        latest.data.length === 0
          ? html`<p class="empty">None yet.</p>`
          : latest.data.map(
              (generation) =>
                html`<a class="line" href=${to(`videos/${generation.id}`)}>
                  ${
                    generation.output
                      ? html`<img
                          src=${generation.output.poster_url}
                          alt=""
                          width="72"
                          height="44"
                          loading="lazy"
                        />`
                      : html`<span class="thumb"></span>`
                  }
                  <span class="name">
                    <span>${nameOf(generation)}</span>
                    <span class="small muted">${formatAgo(generation.created_at)}</span>
                  </span>
                  ${statusBadge(generation.status)}
                </a>`,
            )
      }
    </section>`;
  }

  #sites({ bySite, sites }: Overview): TemplateResult {
    const names = new Map(sites.map(({ id, name }) => [id, name]));
    const name = (id: string | null | undefined): string =>
      id ? (names.get(id) ?? 'A deleted site') : 'Your own server';
    return html`<section class="card">
      <header>
        <h2>By site</h2>
        <a class="small" href=${to('usage')}>All usage</a>
      </header>
      ${
        bySite.data.length === 0
          ? html`<p class="empty">Nothing in these days.</p>`
          : html`<div class="scroll">
              <table class="number">
                <thead>
                  <tr>
                    <th scope="col">Site</th>
                    <th scope="col" class="end">Videos</th>
                    <th scope="col" class="end">Failed</th>
                    <th scope="col" class="end">Credits</th>
                  </tr>
                </thead>
                <tbody>
                  ${bySite.data.map(
                    (row) =>
                      html`<tr>
                        <th scope="row">${name(row.site_id)}</th>
                        <td class="end">${formatNumber(row.videos)}</td>
                        <td class="end">${formatNumber(row.failed)}</td>
                        <td class="end">${formatNumber(row.credits)}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }
    </section>`;
  }
}

/** Nothing has been set up or made yet. */
const isNew = ({ sites, usage }: Overview): boolean => sites.length === 0 && usage.total.videos === 0;

const figure = (label: string, value: string, more: string): TemplateResult =>
  html`<div class="card pad figure">
    <span class="small muted">${label}</span>
    <strong>${value}</strong>
    <span class="small muted">${more}</span>
  </div>`;

const welcome = (): TemplateResult =>
  html`<section class="card start">
    <h2>Put your first video on a page</h2>
    <p class="muted">
      Name your site, tell where it runs, and copy a few lines into it. Until you are ready, everything is
      done with test credits, which cost nothing.
    </p>
    <a class="button primary" href=${to('sites?new')}>${icon('plus')} Set up a site</a>
  </section>`;

const noneYet = ({ sites }: Overview): TemplateResult => {
  const [site] = sites;
  return html`<div class="empty">
    <h2>No ${session.mode} videos in these days</h2>
    <p>What visitors make on your site appears here at once.</p>
    ${site ? html`<a class="button" href=${to(`sites/${site.id}/setup`)}>Go on setting up ${site.name}</a>` : nothing}
  </div>`;
};

const skeleton = html`<div class="figures" aria-hidden="true">
    ${[1, 2, 3, 4].map(() => html`<div class="card pad skeleton"><br /><br /><br /></div>`)}
  </div>
  <div class="card pad skeleton" aria-hidden="true"><br /><br /><br /><br /><br /><br /></div>`;

customElements.define('page-overview', OverviewPage);
