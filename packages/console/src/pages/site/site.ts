import type { Site } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, ApiError } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { icon } from '../../elements/icons.ts';
import { failed, lines } from '../../elements/states.ts';
import { to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';
import './keys.ts';
import './limits.ts';
import './look.ts';
import './models.ts';
import './origins.ts';
import './settings.ts';
import './setup.ts';

const tabs = [
  ['setup', 'Set up'],
  ['origins', 'Origins'],
  ['keys', 'Keys'],
  ['look', 'Look'],
  ['models', 'Models'],
  ['limits', 'Limits'],
  ['settings', 'Settings'],
] as const;

/** One site: its name, and its settings one kind at a time. */
export class SitePage extends LitElement {
  static override styles = [
    shared,
    css`
      .tabs {
        display: flex;
        gap: 0.25rem;
        margin-inline: -0.25rem;
        padding: 0.25rem 0.25rem 0;
        border-block-end: 1px solid var(--line);
        overflow-x: auto;
        scrollbar-width: none;
      }
      .tabs a {
        flex: none;
        padding: 0.5rem 0.75rem 0.625rem;
        border-block-end: 2px solid transparent;
        color: var(--muted);
        font-weight: 550;
        text-decoration: none;
      }
      .tabs a:hover {
        color: var(--text);
      }
      .tabs a[aria-current] {
        border-color: var(--accent-text);
        color: var(--text);
      }
    `,
  ];
  static override properties = { site: {}, tab: {} };

  declare site: string;
  declare tab: string;
  readonly #task = new Task(this, {
    args: () => [this.site],
    task: ([id], { signal }) => api.get<Site>(`/v1/sites/${id}`, {}, signal),
  });
  #changed: Site | null = null;

  constructor() {
    super();
    this.site = '';
    this.tab = 'setup';
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('tab')) {
      this.renderRoot
        .querySelector('[aria-current]')
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  protected override render(): TemplateResult {
    const read = this.#task.value;
    const known = this.#changed?.id === this.site ? this.#changed : read?.id === this.site ? read : undefined;
    return html`<div class="stack">
      <div>
        <a class="row small back" href=${to('sites')}>${icon('back')} Sites</a>
        <h1 tabindex="-1">${known?.name ?? 'Site'}</h1>
      </div>
      <nav class="tabs" aria-label="Settings of the site">
        ${tabs.map(([tab, label]) =>
          tab === 'keys' && !session.may('keys:read')
            ? nothing
            : html`<a
                href=${to(`sites/${this.site}/${tab}`)}
                aria-current=${tab === this.tab ? 'page' : nothing}
              >
                ${label}
              </a>`,
        )}
      </nav>
      ${
        known
          ? this.#tab(known)
          : this.#task.render({
              initial: () => html`<div class="card">${lines(5)}</div>`,
              pending: () => html`<div class="card">${lines(5)}</div>`,
              error: (error) => html`<div class="card">${this.#failure(error)}</div>`,
            })
      }
    </div>`;
  }

  #failure(error: unknown): TemplateResult {
    if (!(error instanceof ApiError) || error.status !== 404) return failed(error, () => this.#task.run());
    return html`<div class="empty">
      <h2>There is no such site</h2>
      <a class="button" href=${to('sites')}>All sites</a>
    </div>`;
  }

  #take(event: CustomEvent<Site>): void {
    this.#changed = event.detail;
    this.requestUpdate();
  }

  #tab(site: Site): TemplateResult {
    const changed = (event: CustomEvent<Site>): void => this.#take(event);
    switch (this.tab) {
      case 'origins':
        return html`<site-origins .site=${site.id} .may=${session.may('sites:write')}></site-origins>`;
      case 'keys':
        return html`<site-keys .site=${site.id}></site-keys>`;
      case 'look':
        return html`<site-look-editor .site=${site} @ic-site=${changed}></site-look-editor>`;
      case 'models':
        return html`<site-models .site=${site} @ic-site=${changed}></site-models>`;
      case 'limits':
        return html`<site-limits .site=${site} @ic-site=${changed}></site-limits>`;
      case 'settings':
        return html`<site-settings .site=${site} @ic-site=${changed}></site-settings>`;
      default:
        return html`<site-setup .site=${site.id}></site-setup>`;
    }
  }
}

customElements.define('page-site', SitePage);
