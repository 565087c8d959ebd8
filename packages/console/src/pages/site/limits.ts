import type { Site, SiteLimits, SiteLimitsUse } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { Submission } from '../../data/submission.ts';
import { formFailure, selectField, textField, valuesOf } from '../../elements/fields.ts';
import { toast } from '../../elements/toast.ts';
import { formatNumber } from '../../format.ts';
import { shared } from '../../styles/shared.ts';

type Name = keyof SiteLimits;

const limits: readonly {
  name: Name;
  label: string;
  hint: string;
  most: number;
  /** What today's bar says of the count. */
  used: string;
}[] = [
  {
    name: 'anonymous_credits_per_day',
    label: 'Credits of unknown visitors',
    hint: 'All visitors together whom your server has not signed in: the most that a stranger can cost you in a day.',
    most: 1_000_000_000,
    used: 'credits of unknown visitors today',
  },
  {
    name: 'visitor_videos_per_day',
    label: 'Videos of one visitor',
    hint: 'Then he is asked to come back tomorrow.',
    most: 100_000,
    used: 'videos of the busiest visitor today',
  },
  {
    name: 'network_videos_per_day',
    label: 'Videos of one network',
    hint: 'An office or a school may be one network.',
    most: 1_000_000,
    used: 'videos of the busiest network today',
  },
  {
    name: 'origin_videos_per_day',
    label: 'Videos on one origin',
    hint: 'However many visitors there are.',
    most: 1_000_000,
    used: 'videos on the busiest origin today',
  },
];

/**
 * What visitors may spend in a day, and how it stands today.
 *
 * @fires ic-site - With the site as it is after a change.
 */
export class SiteLimitsEditor extends LitElement {
  static override styles = [
    shared,
    css`
      .limit {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(12rem, 18rem);
        gap: 0.75rem 1.5rem;
        align-items: start;
        padding: 1.125rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
      header + .limit {
        border: 0;
      }
      .set {
        display: grid;
        gap: 0.5rem;
      }
      .meter {
        grid-column: 1 / -1;
        display: grid;
        gap: 0.25rem;
      }
      meter {
        inline-size: 100%;
        block-size: 0.875rem;
      }
      meter::-webkit-meter-bar {
        border: 1px solid var(--line);
        border-radius: 99rem;
        background: var(--well);
      }
      meter::-webkit-meter-optimum-value {
        background: var(--accent);
      }
      footer {
        padding: 1rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
      @media (max-width: 40rem) {
        .limit {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  static override properties = { site: { attribute: false }, unlimited: { state: true } };

  declare site: Site;
  declare unlimited: ReadonlySet<Name>;
  readonly #limits = new Submission(this);
  readonly #challenge = new Submission(this);
  readonly #today = new Task(this, {
    args: () => [this.site.id],
    task: ([id], { signal }) => api.get<SiteLimitsUse>(`/v1/sites/${id}/limits/use`, {}, signal),
  });

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('site') as Site | undefined;
    if (!changed.has('site') || (before && same(before.limits, this.site.limits))) return;
    this.unlimited = new Set(
      limits.map(({ name }) => name).filter((name) => this.site.limits[name] === null),
    );
  }

  #turn(name: Name, on: boolean): void {
    const next = new Set(this.unlimited);
    if (on) next.add(name);
    else next.delete(name);
    this.unlimited = next;
  }

  async #change(change: object): Promise<void> {
    const site = await api.patch<Site>(`/v1/sites/${this.site.id}`, change);
    this.dispatchEvent(new CustomEvent('ic-site', { detail: site }));
    toast({ text: 'Saved. It holds from now on.' });
  }

  #saveLimits(event: Event): void {
    const values = valuesOf(event);
    const next = Object.fromEntries(
      limits.map(({ name }) => [name, this.unlimited.has(name) ? null : Number(values[name])]),
    );
    void this.#limits.run(() => this.#change({ limits: next }));
  }

  #saveChallenge(event: Event): void {
    const { proof_of_work, turnstile_site_key = '', turnstile_secret = '' } = valuesOf(event);
    const known = this.site.challenge.turnstile_site_key;
    const off = turnstile_site_key === '';
    void this.#challenge.run(() =>
      this.#change({
        challenge: {
          proof_of_work,
          ...(off
            ? known !== null && { turnstile_site_key: null, turnstile_secret: null }
            : { turnstile_site_key }),
          ...(!off && turnstile_secret !== '' && { turnstile_secret }),
        },
      }),
    );
  }

  protected override render(): TemplateResult {
    const may = session.may('sites:write');
    return html`<div class="stack">
      <form class="card" @submit=${(event: Event) => this.#saveLimits(event)}>
        <header>
          <div>
            <h2>Limits by day</h2>
            <p class="small muted">
              Days are of UTC; test and live are counted apart. Your own server is not limited.
            </p>
          </div>
        </header>
        ${formFailure(this.#limits)} ${limits.map((limit) => this.#limit(limit, may))}
        ${may ? saveButton(this.#limits.busy) : nothing}
      </form>
      ${this.#challengeForm(may)}
    </div>`;
  }

  #limit({ name, label, hint, most, used }: (typeof limits)[number], may: boolean): TemplateResult {
    const free = this.unlimited.has(name);
    const value = this.site.limits[name];
    return html`<div class="limit">
      <div>
        <h3>${label}</h3>
        <p class="small muted">${hint}</p>
      </div>
      <div class="set">
        <input
          class="input"
          type="number"
          inputmode="numeric"
          name=${name}
          aria-label=${label}
          min="0"
          max=${most}
          required
          ?disabled=${free || !may}
          .value=${value === null ? '' : String(value)}
        />
        <label class="check small">
          <input
            type="checkbox"
            .checked=${free}
            ?disabled=${!may}
            @change=${(event: Event) => this.#turn(name, (event.target as HTMLInputElement).checked)}
          />
          <span>No limit</span>
        </label>
      </div>
      ${value === null ? nothing : this.#meter(name, used, value, label)}
    </div>`;
  }

  /** What counts against the limit today, on this site alone. */
  #meter(name: Name, what: string, limit: number, label: string): TemplateResult {
    const used = this.#today.value?.[name];
    if (used === undefined)
      return html`<div class="meter" aria-hidden="true"><span class="skeleton line-skeleton"></span></div>`;
    return html`<div class="meter">
      <meter
        min="0"
        max=${Math.max(limit, 1)}
        high=${Math.max(limit, 1) * 0.8}
        .value=${used}
        aria-label="${label}, used today"
      ></meter>
      <span class="small muted number">
        ${formatNumber(used)} ${what} (${session.mode}), of ${formatNumber(limit)}
      </span>
    </div>`;
  }

  #challengeForm(may: boolean): TemplateResult {
    const { proof_of_work, turnstile_site_key } = this.site.challenge;
    return html`<form class="card" @submit=${(event: Event) => this.#saveChallenge(event)}>
      <header>
        <div>
          <h2>Against programs</h2>
          <p class="small muted">Before its first session a browser may have to show that it is one.</p>
        </div>
      </header>
      <div class="stack pad-block">
        ${formFailure(this.#challenge)}
        ${selectField({
          name: 'proof_of_work',
          label: 'Ask for a second of work',
          value: proof_of_work,
          disabled: !may,
          options: [
            ['suspicious', 'When there are suspiciously many newcomers'],
            ['always', 'From every newcomer'],
            ['never', 'Never'],
          ],
        })}
        ${textField({
          name: 'turnstile_site_key',
          label: 'Site key of Cloudflare Turnstile (optional)',
          hint: 'Asked for in the same cases, instead of the work. Empty: not used.',
          value: turnstile_site_key ?? '',
          maxlength: 100,
          disabled: !may,
          error: this.#challenge.fields['challenge.turnstile_site_key'],
        })}
        ${textField({
          name: 'turnstile_secret',
          label: 'Secret of Turnstile',
          type: 'password',
          autocomplete: 'new-password',
          hint: turnstile_site_key
            ? 'One is kept, encrypted. Leave empty to keep it.'
            : 'Kept encrypted, never shown again.',
          maxlength: 200,
          disabled: !may,
          error: this.#challenge.fields['challenge.turnstile_secret'],
        })}
      </div>
      ${may ? saveButton(this.#challenge.busy) : nothing}
    </form>`;
  }
}

const same = (one: SiteLimits, other: SiteLimits): boolean =>
  limits.every(({ name }) => one[name] === other[name]);

const saveButton = (busy: boolean): TemplateResult =>
  html`<footer><button class="button primary" type="submit" ?disabled=${busy}>Save</button></footer>`;

customElements.define('site-limits', SiteLimitsEditor);
