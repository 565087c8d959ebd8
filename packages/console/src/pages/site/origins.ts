import type { Origin, OriginList } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, sentenceOf } from '../../data/api.ts';
import { Submission } from '../../data/submission.ts';
import { confirm } from '../../elements/confirm.ts';
import { textField, valuesOf } from '../../elements/fields.ts';
import { icon } from '../../elements/icons.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { shared } from '../../styles/shared.ts';

/**
 * Where the widget of a site may run.
 *
 * @fires ic-origins - With the origins, whenever they were read or changed.
 */
export class SiteOrigins extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.75rem;
        align-items: start;
      }
      form .button {
        margin-block-start: 1.6875rem;
      }
      .check {
        grid-column: 1 / -1;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.75rem;
        align-items: center;
        padding: 0.5rem 0.75rem 0.5rem 1.25rem;
        border-block-start: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      .warn {
        color: var(--warn);
      }
      @media (max-width: 30rem) {
        form {
          grid-template-columns: minmax(0, 1fr);
        }
        form .button {
          margin: 0;
        }
      }
    `,
  ];
  static override properties = { site: {}, may: { type: Boolean } };

  declare site: string;
  declare may: boolean;
  readonly #submission = new Submission(this);
  readonly #task = new Task(this, {
    args: () => [this.site],
    task: async ([site], { signal }) =>
      (await api.get<OriginList>(`/v1/sites/${site}/origins`, {}, signal)).data,
    onComplete: (origins) => this.#tell(origins),
  });
  #origins: Origin[] | null = null;

  constructor() {
    super();
    this.site = '';
    this.may = false;
  }

  #tell(origins: Origin[]): void {
    this.#origins = origins;
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent('ic-origins', { detail: origins }));
  }

  #allow(event: Event): void {
    const form = event.currentTarget as HTMLFormElement;
    const { origin = '', subdomains } = valuesOf(event);
    void this.#submission.run(async () => {
      await this.#add(origin, subdomains !== undefined);
      form.reset();
    });
  }

  async #add(origin: string, subdomains: boolean): Promise<void> {
    const added = await api.post<Origin>(`/v1/sites/${this.site}/origins`, { origin, subdomains });
    this.#tell([...(this.#origins ?? []).filter((one) => one.origin !== added.origin), added]);
  }

  #ask({ origin, unicode }: Origin): void {
    confirm({
      heading: 'Allow this origin no longer?',
      text: `The widget stops at once on ${unicode}, also for visitors who are using it now.`,
      action: 'Remove origin',
      danger: true,
      run: async () => {
        await api.delete(`/v1/sites/${this.site}/origins?${new URLSearchParams({ origin })}`);
        this.#tell((this.#origins ?? []).filter((one) => one.origin !== origin));
        const [, scheme, host] = /^(\w+:\/\/)\*\.(.+)$/.exec(origin) ?? [];
        toast({
          text: 'The origin was removed.',
          undo: () =>
            this.#add(scheme && host ? scheme + host : origin, host !== undefined).catch((error: unknown) =>
              toast({ text: sentenceOf(error), bad: true }),
            ),
        });
      },
    });
  }

  protected override render(): TemplateResult {
    return html`<section class="card">
      <header>
        <div>
          <h2>Allowed origins</h2>
          <p class="small muted">Scheme, host and port of the pages on which the widget may run.</p>
        </div>
      </header>
      ${this.may ? html`<div class="pad-block">${this.#form()}</div>` : nothing}
      ${
        this.#origins
          ? this.#list(this.#origins)
          : this.#task.render({
              initial: () => lines(3),
              pending: () => lines(3),
              error: (error) => failed(error, () => this.#task.run()),
            })
      }
    </section>`;
  }

  #form(): TemplateResult {
    const { busy, failure, fields } = this.#submission;
    return html`<form @submit=${(event: Event) => this.#allow(event)}>
      ${textField({
        name: 'origin',
        label: 'Origin',
        placeholder: 'https://shop.example',
        inputmode: 'url',
        required: true,
        maxlength: 300,
        error: fields['origin'] ?? failure,
      })}
      <button class="button primary" type="submit" ?disabled=${busy}>Allow</button>
      <label class="check">
        <input type="checkbox" name="subdomains" />
        <span>
          Every subdomain of it instead
          <span class="small muted">– only where all of them are yours</span>
        </span>
      </label>
    </form>`;
  }

  #list(origins: Origin[]): TemplateResult {
    if (origins.length === 0) {
      return html`<p class="empty">None yet: until one is allowed, the widget runs nowhere.</p>`;
    }
    return html`<ul>
      ${origins.map(
        (origin) =>
          html`<li>
            <span>
              <span class="mono">${origin.unicode}</span>
              ${origin.wildcard ? html`<span class="badge">all subdomains</span>` : nothing}
              ${
                origin.unicode === origin.origin
                  ? nothing
                  : html`<span class="small muted mono">${origin.origin}</span>`
              }
              ${origin.warnings.map((warning) => html`<br /><span class="small warn">${warning}</span>`)}
            </span>
            ${
              this.may
                ? html`<button
                    class="button quiet square"
                    type="button"
                    aria-label="Remove ${origin.unicode}"
                    @click=${() => this.#ask(origin)}
                  >
                    ${icon('trash')}
                  </button>`
                : nothing
            }
          </li>`,
      )}
    </ul>`;
  }
}

customElements.define('site-origins', SiteOrigins);
