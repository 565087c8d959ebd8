import type { Model, Site, SiteRouting } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { draftOf, keepDraft, type ModelChoice } from '../../data/site-store.ts';
import { Submission } from '../../data/submission.ts';
import { formFailure, selectField } from '../../elements/fields.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';
import './model-list.ts';

const preferences: readonly (readonly [SiteRouting['prefer'], string])[] = [
  ['listed', 'The first that can do what is asked for'],
  ['price', 'The cheapest that can do it'],
  ['speed', 'The one that was quickest here lately'],
];

const fallbacks: readonly (readonly [SiteRouting['fallback'], string])[] = [
  ['never', 'No: the video fails, and costs nothing'],
  ['auto', 'Yes, where nobody named a model'],
  ['always', 'Yes, also in the place of a model that was named'],
];

/**
 * Which models make the videos of a site, and who takes over when one fails.
 *
 * @fires ic-site - With the site as it is after a change.
 */
export class SiteModels extends LitElement {
  static override styles = [
    shared,
    css`
      .choice {
        display: grid;
        gap: 0.625rem;
        padding: 1rem 1.25rem;
        border: 0;
        border-block-end: 1px solid var(--line);
      }
      .gone {
        padding: 0.75rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
    `,
  ];
  static override properties = { site: { attribute: false }, draft: { state: true } };

  declare site: Site;
  declare draft: ModelChoice;
  readonly #submission = new Submission(this);
  readonly #models = new Task(this, { args: () => [], task: (_, { signal }) => api.models(signal) });

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('site')) this.draft = draftOf('models', this.site.id) ?? savedIn(this.site);
  }

  get #isSaved(): boolean {
    return JSON.stringify(this.draft) === JSON.stringify(savedIn(this.site));
  }

  #change(change: Partial<ModelChoice>): void {
    this.draft = { ...this.draft, ...change };
    keepDraft('models', this.site.id, this.#isSaved ? null : this.draft);
  }

  #route(change: Partial<SiteRouting>): void {
    this.#change({ routing: { ...this.draft.routing, ...change } });
  }

  #save(event: Event): void {
    event.preventDefault();
    const { models, routing } = this.draft;
    void this.#submission.run(async () => {
      const site = await api.patch<Site>(`/v1/sites/${this.site.id}`, { look: { models }, routing });
      keepDraft('models', site.id, null);
      this.dispatchEvent(new CustomEvent('ic-site', { detail: site }));
      toast({ text: 'Saved. It holds from now on.' });
    });
  }

  protected override render(): TemplateResult {
    return this.#models.render({
      initial: () => html`<div class="card">${lines(5)}</div>`,
      pending: () => html`<div class="card">${lines(5)}</div>`,
      error: (error) => html`<div class="card">${failed(error, () => this.#models.run())}</div>`,
      complete: (models) => this.#form(models),
    });
  }

  #form(models: readonly Model[]): TemplateResult {
    // What is changed while it is on its way would be lost.
    const may = session.may('sites:write') && !this.#submission.busy;
    const all = models.map(({ id }) => id);
    const { models: listed } = this.draft;
    const chosen = (listed ?? all).filter((id) => all.includes(id));
    // Models of a provider whose key was taken away: they count again when it is back.
    const gone = (listed ?? []).filter((id) => !all.includes(id));
    return html`<form class="stack" @submit=${(event: Event) => this.#save(event)}>
      <section class="card">
        <header>
          <div>
            <h2>Models</h2>
            <p class="small muted">
              ${
                models.length === 1
                  ? 'This server has one. With a key of KieAI or Replicate in its settings there are more.'
                  : 'Test keys always use the built-in one, which costs nothing but test credits.'
              }
            </p>
          </div>
        </header>
        ${models.length === 1 ? nothing : this.#extent(all, may)}
        <model-list
          .models=${models}
          .chosen=${chosen}
          ?disabled=${!may || listed === null}
          @ic-models=${({ detail }: CustomEvent<string[]>) => this.#change({ models: [...detail, ...gone] })}
        ></model-list>
        ${
          gone.length === 0
            ? nothing
            : html`<p class="small muted gone">Not on this server at the moment: ${gone.join(', ')}</p>`
        }
      </section>
      ${this.#routing(may)}
      ${
        session.may('sites:write')
          ? html`${formFailure(this.#submission)}
              <div class="row">
                <button class="button primary" type="submit" ?disabled=${this.#submission.busy}>Save</button>
                ${this.#isSaved ? nothing : html`<span class="small muted">Not saved yet</span>`}
              </div>`
          : nothing
      }
    </form>`;
  }

  #extent(all: readonly string[], may: boolean): TemplateResult {
    const radio = (label: string, checked: boolean, chosen: readonly string[] | null): TemplateResult =>
      html`<label class="check">
        <input
          type="radio"
          name="extent"
          .checked=${checked}
          ?disabled=${!may}
          @change=${() => this.#change({ models: chosen })}
        />
        <span>${label}</span>
      </label>`;
    return html`<fieldset class="choice">
      <legend class="sr">Models that visitors may use</legend>
      ${radio('All, also those that come later', this.draft.models === null, null)}
      ${radio('Only these, in this order', this.draft.models !== null, this.draft.models ?? all)}
    </fieldset>`;
  }

  #routing(may: boolean): TemplateResult {
    const { prefer, fallback } = this.draft.routing;
    return html`<section class="card">
      <header>
        <div>
          <h2>When nobody names a model</h2>
          <p class="small muted">Another model never costs more than what was shown.</p>
        </div>
      </header>
      <div class="stack pad-block">
        ${selectField({ name: 'prefer', label: 'Which one makes the video', value: prefer, options: preferences, disabled: !may, onChange: (value) => this.#route({ prefer: value as SiteRouting['prefer'] }) })}
        ${selectField({
          name: 'fallback',
          label: 'May another take over when it fails?',
          value: fallback,
          options: fallbacks,
          hint: 'What is refused for its content is not tried elsewhere.',
          disabled: !may,
          onChange: (value) => this.#route({ fallback: value as SiteRouting['fallback'] }),
        })}
      </div>
    </section>`;
  }
}

const savedIn = ({ look, routing }: Site): ModelChoice => ({ models: look.models, routing });

customElements.define('site-models', SiteModels);
