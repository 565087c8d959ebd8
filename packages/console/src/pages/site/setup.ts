import type { Generation, GenerationList, Key, KeyList, NewKey, Origin } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, type Mode } from '../../data/api.ts';
import { refresh } from '../../data/refresh.ts';
import { session } from '../../data/session.ts';
import { freshKey, keepFreshKey } from '../../data/site-store.ts';
import { Submission } from '../../data/submission.ts';
import '../../elements/copy.ts';
import { formFailure } from '../../elements/fields.ts';
import { icon } from '../../elements/icons.ts';
import { withProof } from '../../elements/proof.ts';
import { to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';
import { nameOf } from '../videos/status.ts';
import './origins.ts';
import { snippets } from './snippets.ts';

const lookEveryMs = 3000;

/** From nothing to the first video on a page, step by step; each is ticked off by what the API says. */
export class SiteSetup extends LitElement {
  static override styles = [
    shared,
    css`
      ol {
        display: grid;
        gap: 1.5rem;
      }
      .step {
        display: grid;
        grid-template-columns: 2rem minmax(0, 1fr);
        gap: 0.5rem 1rem;
      }
      .step > h2 {
        align-self: center;
      }
      .step > .content {
        grid-column: 2;
        display: grid;
        gap: 1rem;
      }
      .tick {
        display: grid;
        place-items: center;
        inline-size: 2rem;
        block-size: 2rem;
        border: 1px solid var(--line);
        border-radius: 50%;
        background: var(--surface);
        color: var(--muted);
        font-weight: 600;
      }
      .tick.done {
        border-color: transparent;
        background: color-mix(in oklab, var(--good) 16%, var(--surface));
        color: var(--good);
      }
      .kinds {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
      }
      .kinds [aria-pressed='true'] {
        border-color: transparent;
        background: var(--tint);
        color: var(--accent-text);
      }
      .made {
        display: flex;
        gap: 1rem;
        align-items: center;
      }
      .made img {
        inline-size: 7rem;
        aspect-ratio: 8 / 5;
        border-radius: 0.5rem;
        object-fit: cover;
      }
      @media (max-width: 40rem) {
        .step > .content {
          grid-column: 1 / -1;
        }
      }
    `,
  ];
  static override properties = {
    site: {},
    kind: { state: true },
    origins: { state: true },
    keys: { state: true },
    first: { state: true },
  };

  declare site: string;
  declare kind: string;
  declare origins: Origin[];
  declare keys: Key[];
  declare first: Generation | null;
  readonly #submission = new Submission(this);

  constructor() {
    super();
    this.site = '';
    this.kind = 'html';
    this.origins = [];
    this.keys = [];
    this.first = null;
    // The first video appears here by itself, wherever it is made.
    refresh(this, lookEveryMs, () => this.#look());
  }

  protected override firstUpdated(): void {
    void this.#readKeys();
    void this.#look();
  }

  async #readKeys(): Promise<void> {
    if (!session.may('keys:read')) return;
    const { data } = await api.get<KeyList>(`/v1/sites/${this.site}/keys`).catch(() => ({ data: [] }));
    this.keys = data.filter(({ kind, status }) => kind === 'publishable' && status === 'active');
  }

  async #look(): Promise<void> {
    if (this.first?.output) return;
    const query = { site_id: this.site, limit: 1 };
    const { data } = await api.get<GenerationList>('/v1/generations', query);
    this.first = data[0] ?? null;
  }

  #make(mode: Mode): void {
    void this.#submission.run(async () => {
      const request = { kind: 'publishable', mode, name: 'Pages' };
      const key = await withProof(() => api.post<NewKey>(`/v1/sites/${this.site}/keys`, request));
      keepFreshKey(this.site, key.key);
      await this.#readKeys();
    });
  }

  protected override render(): TemplateResult {
    const key = freshKey(this.site);
    return html`<ol>
      ${step(1, 'Where will it run?', this.origins.length > 0, this.#originsStep())}
      ${step(2, 'A key for your pages', this.keys.length > 0, this.#keyStep(key))}
      ${step(3, 'Put it on a page', this.first !== null, this.#snippetStep(key))}
      ${step(4, 'Make the first video', Boolean(this.first?.output), this.#firstStep())}
    </ol>`;
  }

  #originsStep(): TemplateResult {
    return html`<p class="muted">
        The address of your site as it stands in the browser. For trying things out,
        <span class="mono">http://localhost:*</span>
        is any port of your own machine.
      </p>
      <site-origins
        .site=${this.site}
        .may=${session.may('sites:write')}
        @ic-origins=${(event: CustomEvent<Origin[]>) => (this.origins = event.detail)}
      ></site-origins>`;
  }

  #keyStep(key: string | null): TemplateResult {
    const { busy } = this.#submission;
    if (key !== null) return html`<ic-copy .text=${key} label="the key"></ic-copy>`;
    return html`<p class="muted">
        ${
          this.keys.length === 0
            ? 'It may stand in the page for everybody to see: it works on your origins only. Begin with a test key, which costs nothing.'
            : html`There is one already: <span class="mono">${this.keys[0]?.prefix}…</span>. If you have not
                kept it, make another and revoke the old one.`
        }
      </p>
      ${formFailure(this.#submission)}
      ${
        session.may('keys:write')
          ? html`<div class="row">
              <button
                class="button ${this.keys.length === 0 ? 'primary' : ''}"
                type="button"
                ?disabled=${busy}
                @click=${() => this.#make('test')}
              >
                Make a test key
              </button>
              <button class="button" type="button" ?disabled=${busy} @click=${() => this.#make('live')}>
                Make a live key
              </button>
            </div>`
          : html`<p>Ask a developer, an admin or the owner for a key.</p>`
      }`;
  }

  #snippetStep(key: string | null): TemplateResult {
    const all = snippets(location.origin, key ?? 'YOUR_PUBLISHABLE_KEY');
    const chosen = all.find(({ kind }) => kind === this.kind) ?? all[0];
    return html`<div class="kinds" role="group" aria-label="Kind of site">
        ${all.map(
          ({ kind, label }) =>
            html`<button
              class="button"
              type="button"
              aria-pressed=${kind === this.kind}
              @click=${() => (this.kind = kind)}
            >
              ${label}
            </button>`,
        )}
      </div>
      ${chosen?.steps.map(
        ({ text, code }) =>
          html`<p class="muted">${text}</p>
            <ic-copy .text=${code} label="the lines"></ic-copy>`,
      )}`;
  }

  #firstStep(): TemplateResult {
    const { first } = this;
    return html`<div role="status">
      ${
        first === null
          ? html`<p class="muted">
              Open your page, choose a photo and make a video. It appears here as soon as it is asked for
              (${session.mode} videos are shown).
            </p>`
          : html`<a class="made" href=${to(`videos/${first.id}`)}>
              ${first.output ? html`<img src=${first.output.poster_url} alt="" />` : nothing}
              <span>${first.output ? 'It works' : 'It is being made'}: ${nameOf(first)}</span>
            </a>`
      }
    </div>`;
  }
}

const step = (number: number, heading: string, done: boolean, content: TemplateResult): TemplateResult =>
  html`<li class="step">
    <span class="tick ${done ? 'done' : ''}" aria-hidden="true">${done ? icon('check') : number}</span>
    <h2>${heading}${done ? html`<span class="sr"> (done)</span>` : nothing}</h2>
    <div class="content">${content}</div>
  </li>`;

customElements.define('site-setup', SiteSetup);
