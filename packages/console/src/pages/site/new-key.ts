import { keyScopes, type KeyScope } from '@imgvid/api/names';
import type { KeyRequest } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { Submission } from '../../data/submission.ts';
import '../../elements/dialog.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { shared } from '../../styles/shared.ts';

/** What kind of key, for what. */
export class NewKeyDialog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      .choices {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.75rem;
      }
      .scopes {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
        gap: 0.375rem 1rem;
        margin-block-start: 0.5rem;
      }
      @media (max-width: 30rem) {
        .choices {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];
  static override properties = { open: { type: Boolean }, make: { attribute: false }, kind: { state: true } };

  declare open: boolean;
  declare make: (request: KeyRequest) => Promise<void>;
  declare kind: KeyRequest['kind'];
  readonly #submission = new Submission(this);

  constructor() {
    super();
    this.open = false;
    this.kind = 'publishable';
    this.make = async () => {};
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('open') && this.open) {
      this.kind = 'publishable';
      this.#submission.clear();
    }
  }

  #submit(event: Event): void {
    const { name = '', mode, expires = '' } = valuesOf(event);
    const scopes = new FormData(event.currentTarget as HTMLFormElement).getAll('scope') as KeyScope[];
    void this.#submission.run(() =>
      this.make({
        kind: this.kind,
        mode: mode === 'live' ? 'live' : 'test',
        name: name.trim() || 'Key',
        scopes: this.kind === 'secret' ? scopes : [],
        expires_at: expires === '' ? null : new Date(`${expires}T23:59:59`).toISOString(),
      }),
    );
  }

  #close(): void {
    this.dispatchEvent(new Event('ic-close'));
  }

  protected override render(): TemplateResult {
    const { busy } = this.#submission;
    return html`<ic-dialog
      heading="New key"
      .open=${this.open}
      .busy=${busy}
      @ic-close=${() => this.#close()}
    >
      ${this.open ? this.#form() : nothing}
      <button slot="actions" class="button" type="button" ?disabled=${busy} @click=${() => this.#close()}>
        Cancel
      </button>
      <button slot="actions" class="button primary" type="submit" form="key" ?disabled=${busy}>
        Make key
      </button>
    </ic-dialog>`;
  }

  #form(): TemplateResult {
    const { fields } = this.#submission;
    return html`<form id="key" class="stack" @submit=${(event: Event) => this.#submit(event)}>
      ${formFailure(this.#submission)}
      <fieldset class="choices">
        <legend class="sr">Kind</legend>
        ${this.#kind('publishable', 'Publishable', 'Stands in your page. Opens nothing by itself.')}
        ${this.#kind('secret', 'Secret', 'For your own server. Never put it into a page.')}
      </fieldset>
      <fieldset class="choices">
        <legend class="label">Mode</legend>
        <label class="check"
          ><input type="radio" name="mode" value="test" checked /><span>Test: costs nothing</span></label
        >
        <label class="check"
          ><input type="radio" name="mode" value="live" /><span>Live: spends credits</span></label
        >
      </fieldset>
      ${textField({
        name: 'name',
        label: 'Name',
        hint: 'For you to tell it from others.',
        placeholder: this.kind === 'secret' ? 'Shop server' : 'Shop pages',
        maxlength: 100,
        error: fields['name'],
      })}
      ${this.kind === 'secret' ? this.#scopes() : nothing}
      ${textField({
        name: 'expires',
        label: 'Ends after (optional)',
        type: 'date',
        error: fields['expires_at'],
      })}
    </form>`;
  }

  #kind(kind: KeyRequest['kind'], label: string, text: string): TemplateResult {
    return html`<label class="check">
      <input
        type="radio"
        name="kind"
        value=${kind}
        .checked=${this.kind === kind}
        @change=${() => (this.kind = kind)}
      />
      <span><strong>${label}</strong><br /><span class="small muted">${text}</span></span>
    </label>`;
  }

  #scopes(): TemplateResult {
    return html`<fieldset>
      <legend class="label">What it may do</legend>
      <p class="small muted">Choose none, and it may do everything.</p>
      <div class="scopes">
        ${keyScopes.map(
          (scope) =>
            html`<label class="check small">
              <input type="checkbox" name="scope" value=${scope} /><span class="mono">${scope}</span>
            </label>`,
        )}
      </div>
    </fieldset>`;
  }
}

customElements.define('new-key', NewKeyDialog);
