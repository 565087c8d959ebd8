import type { ModelList, Site } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { selectField } from '../../elements/fields.ts';
import { failed } from '../../elements/states.ts';
import { previewReady, type ShowPreview } from '../../preview/messages.ts';
import { root } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

const settleMs = 120;

/** The real widget in a frame, with a look that need not be saved. Nothing given to it leaves the browser. */
export class LookPreview extends LitElement {
  static override styles = [
    shared,
    css`
      iframe {
        display: block;
        inline-size: 100%;
        block-size: min(52rem, calc(100dvh - 10rem));
        min-block-size: 30rem;
        border: 0;
        border-radius: 0 0 var(--radius) var(--radius);
        background: light-dark(#fff, #111316);
      }
      @media (max-width: 62rem) {
        iframe {
          block-size: 30rem;
          min-block-size: 0;
        }
      }
      .card > header {
        align-items: end;
      }
      .field {
        inline-size: 8.5rem;
      }
    `,
  ];
  static override properties = {
    look: { attribute: false },
    scheme: { state: true },
    photo: { state: true },
  };

  declare look: Site['look'];
  declare scheme: ShowPreview['scheme'];
  declare photo: boolean;
  #listens = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #models = new Task(this, {
    args: () => [],
    task: (_, { signal }) => api.get<ModelList>('/v1/models', {}, signal),
  });

  constructor() {
    super();
    this.scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    this.photo = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('message', this.#heard);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('message', this.#heard);
    clearTimeout(this.#timer);
    this.#listens = false;
  }

  get #frame(): Window | null {
    return this.renderRoot.querySelector('iframe')?.contentWindow ?? null;
  }

  readonly #heard = ({ origin, source, data }: MessageEvent): void => {
    if (origin !== location.origin || source !== this.#frame || data !== previewReady) return;
    this.#listens = true;
    this.#show();
  };

  protected override updated(): void {
    // A colour that is dragged changes many times a second.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), settleMs);
  }

  #show(): void {
    const models = this.#models.value;
    if (!this.#listens || !models) return;
    const { look, scheme, photo } = this;
    const message: ShowPreview = { type: 'imgvid-preview', look, models, scheme, photo };
    this.#frame?.postMessage(message, location.origin);
  }

  protected override render(): TemplateResult {
    return html`<section class="card" aria-label="Preview">
      <header>
        <div>
          <h2>Preview</h2>
          <p class="small muted">The real widget. Try it: no photo leaves this page.</p>
        </div>
        <div class="row">
          ${selectField({
            name: 'photo',
            label: 'Shown',
            value: this.photo ? 'photo' : 'empty',
            options: [
              ['photo', 'With a photo'],
              ['empty', 'At first'],
            ],
            onChange: (value) => (this.photo = value === 'photo'),
          })}
          ${selectField({
            name: 'page',
            label: 'Page',
            value: this.scheme,
            options: [
              ['light', 'Light'],
              ['dark', 'Dark'],
            ],
            onChange: (value) => (this.scheme = value === 'dark' ? 'dark' : 'light'),
          })}
        </div>
      </header>
      ${this.#models.render({
        error: (error) => failed(error, () => this.#models.run()),
        pending: () => this.#page(),
        complete: () => this.#page(),
      })}
    </section>`;
  }

  #page(): TemplateResult {
    return html`<iframe src="${root}preview" title="The widget with this look"></iframe>`;
  }
}

customElements.define('look-preview', LookPreview);
