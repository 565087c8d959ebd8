import type { Model, Site, SiteRouting } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { changeDraft } from '../../data/site-store.ts';
import { Submission } from '../../data/submission.ts';
import { formFailure, selectField, valuesOf } from '../../elements/fields.ts';
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
  static override properties = { site: { attribute: false }, chosen: { state: true } };

  declare site: Site;
  /** In their order; null: all there are, also those that come later. */
  declare chosen: readonly string[] | null;
  readonly #submission = new Submission(this);
  readonly #models = new Task(this, { args: () => [], task: (_, { signal }) => api.models(signal) });

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('site')) this.chosen = this.site.look.models;
  }

  #save(event: Event): void {
    const { prefer, fallback } = valuesOf(event);
    const models = this.chosen === null ? null : [...this.chosen];
    void this.#submission.run(async () => {
      const { id } = this.site;
      const site = await api.patch<Site>(`/v1/sites/${id}`, {
        look: { models },
        routing: { prefer, fallback },
      });
      changeDraft(id, { models });
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
    const chosen = (this.chosen ?? all).filter((id) => all.includes(id));
    // Models of a provider whose key was taken away: they count again when it is back.
    const gone = (this.chosen ?? []).filter((id) => !all.includes(id));
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
          ?disabled=${!may || this.chosen === null}
          @ic-models=${({ detail }: CustomEvent<string[]>) => (this.chosen = [...detail, ...gone])}
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
              <div>
                <button class="button primary" type="submit" ?disabled=${this.#submission.busy}>Save</button>
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
          @change=${() => (this.chosen = chosen)}
        />
        <span>${label}</span>
      </label>`;
    return html`<fieldset class="choice">
      <legend class="sr">Models that visitors may use</legend>
      ${radio('All, also those that come later', this.chosen === null, null)}
      ${radio('Only these, in this order', this.chosen !== null, this.chosen ?? all)}
    </fieldset>`;
  }

  #routing(may: boolean): TemplateResult {
    const { prefer, fallback } = this.site.routing;
    return html`<section class="card">
      <header>
        <div>
          <h2>When nobody names a model</h2>
          <p class="small muted">Another model never costs more than what was shown.</p>
        </div>
      </header>
      <div class="stack pad-block">
        ${selectField({ name: 'prefer', label: 'Which one makes the video', value: prefer, options: preferences, disabled: !may })}
        ${selectField({
          name: 'fallback',
          label: 'May another take over when it fails?',
          value: fallback,
          options: fallbacks,
          hint: 'What is refused for its content is not tried elsewhere.',
          disabled: !may,
        })}
      </div>
    </section>`;
  }
}

customElements.define('site-models', SiteModels);
