import type { Site } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { draftOf, keepDraft } from '../../data/site-store.ts';
import { Submission } from '../../data/submission.ts';
import { formFailure } from '../../elements/fields.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';
import './look-choices.ts';
import './look-preview.ts';
import './look-texts.ts';
import './look-theme.ts';

type Look = Site['look'];

/** All but what is set elsewhere, where it may have been changed since. */
const partsOf = ({ theme, texts, hidden_controls, defaults }: Look) => ({
  theme,
  texts,
  hidden_controls,
  defaults,
});

const same = (one: Look, other: Look): boolean =>
  JSON.stringify(partsOf(one)) === JSON.stringify(partsOf(other));

/**
 * How the widget of a site looks and what it offers, with the real widget beside it.
 *
 * @fires ic-site - With the site as it is after a change.
 */
export class LookEditor extends LitElement {
  static override styles = [
    shared,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(19rem, 24rem) minmax(0, 1fr);
        gap: 1.25rem;
        align-items: start;
      }
      .settings {
        display: grid;
        gap: 1.25rem;
        border: 0;
      }
      look-preview {
        position: sticky;
        inset-block-start: 1rem;
      }
      .bar {
        position: sticky;
        inset-block-end: 1rem;
        z-index: 5;
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
        align-items: center;
        justify-content: space-between;
        padding: 0.625rem 0.75rem 0.625rem 1.25rem;
        box-shadow: 0 8px 28px rgb(16 24 40 / 18%);
      }
      @media (max-width: 62rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        look-preview {
          position: static;
          order: -1;
        }
      }
    `,
  ];
  static override properties = { site: { attribute: false }, draft: { state: true } };

  declare site: Site;
  declare draft: Look;
  readonly #submission = new Submission(this);

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('site')) return;
    const { id, look } = this.site;
    // The models are chosen elsewhere, and may have been since.
    this.draft = { ...(draftOf('look', id) ?? look), models: look.models };
  }

  #change(change: Partial<Look>): void {
    this.draft = { ...this.draft, ...change };
    keepDraft('look', this.site.id, same(this.draft, this.site.look) ? null : this.draft);
  }

  #discard(): void {
    const { draft } = this;
    this.#change(this.site.look);
    toast({ text: 'The changes were dropped.', undo: () => this.#change(draft) });
  }

  #save(): void {
    void this.#submission.run(async () => {
      const sent = this.draft;
      const site = await api.patch<Site>(`/v1/sites/${this.site.id}`, { look: partsOf(sent) });
      // What was changed while it was on its way is not saved yet.
      if (this.draft === sent) keepDraft('look', site.id, null);
      this.dispatchEvent(new CustomEvent('ic-site', { detail: site }));
      toast({ text: 'Saved. Visitors see it with their next visit.' });
    });
  }

  protected override render(): TemplateResult {
    const may = session.may('sites:write');
    const take = ({ detail }: CustomEvent<Partial<Look>>): void => this.#change(detail);
    return html`<div class="columns">
        <fieldset class="settings" ?disabled=${!may}>
          <legend class="sr">Look of the widget</legend>
          <look-theme .theme=${this.draft.theme} @ic-look=${take}></look-theme>
          <look-texts .texts=${this.draft.texts} @ic-look=${take}></look-texts>
          <look-choices .look=${this.draft} @ic-look=${take}></look-choices>
        </fieldset>
        <look-preview .look=${this.draft}></look-preview>
      </div>
      ${may ? this.#bar() : nothing}`;
  }

  #bar(): TemplateResult | typeof nothing {
    if (same(this.draft, this.site.look)) return nothing;
    const { busy, fields } = this.#submission;
    const wrong = Object.entries(fields);
    return html`<div class="card bar">
      <span>
        ${formFailure(this.#submission)}
        ${wrong.map(([path, message]) => html`<span class="small bad">${path.replace(/^look\./, '')}: ${message}<br /></span>`)}
        ${wrong.length === 0 && !this.#submission.failure ? 'Not saved yet' : nothing}
      </span>
      <span class="row">
        <button class="button" type="button" ?disabled=${busy} @click=${() => this.#discard()}>
          Discard
        </button>
        <button class="button primary" type="button" ?disabled=${busy} @click=${() => this.#save()}>
          Save look
        </button>
      </span>
    </div>`;
  }
}

customElements.define('site-look-editor', LookEditor);
