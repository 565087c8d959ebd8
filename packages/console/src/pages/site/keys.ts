import type { Key, KeyList, KeyRequest, NewKey } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { keepFreshKey } from '../../data/site-store.ts';
import { confirm } from '../../elements/confirm.ts';
import '../../elements/copy.ts';
import '../../elements/dialog.ts';
import { withProof } from '../../elements/proof.ts';
import { icon } from '../../elements/icons.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { formatAgo, formatDateTime } from '../../format.ts';
import { shared } from '../../styles/shared.ts';
import './new-key.ts';

const tones: Record<Key['status'], string> = { active: 'good', expiring: 'warn', expired: '', revoked: '' };
const kinds: Record<Key['kind'], string> = { publishable: 'Publishable', secret: 'Secret' };
const day = 86_400;

/** The keys of a site: made, rotated, revoked, and each shown once. */
export class SiteKeys extends LitElement {
  static override styles = [
    shared,
    css`
      article {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem 1rem;
        align-items: center;
        padding: 0.875rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
      article.ended {
        color: var(--muted);
      }
      h3 {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
      }
      @media (max-width: 40rem) {
        article {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  static override properties = { site: {}, making: { state: true }, shown: { state: true } };

  declare site: string;
  declare making: boolean;
  /** The key that was just made; it cannot be shown again. */
  declare shown: NewKey | null;
  readonly #task = new Task(this, {
    args: () => [this.site],
    task: async ([site], { signal }) => (await api.get<KeyList>(`/v1/sites/${site}/keys`, {}, signal)).data,
  });

  constructor() {
    super();
    this.site = '';
    this.making = false;
    this.shown = null;
  }

  #take(key: NewKey): void {
    this.making = false;
    this.shown = key;
    if (key.kind === 'publishable') keepFreshKey(this.site, key.key);
    void this.#task.run();
  }

  readonly #make = async (request: KeyRequest): Promise<void> => {
    this.#take(await withProof(() => api.post<NewKey>(`/v1/sites/${this.site}/keys`, request)));
  };

  #rotate({ id, name }: Key): void {
    confirm({
      heading: `Rotate “${name}”?`,
      text: 'You get a new key that may do the same. The old one works on for 24 hours, so that you can change over.',
      action: 'Make the new key',
      run: async () =>
        this.#take(
          await withProof(() =>
            api.post<NewKey>(`/v1/sites/${this.site}/keys/${id}/rotate`, { overlap_s: day }),
          ),
        ),
    });
  }

  #revoke({ id, name, prefix, kind }: Key): void {
    confirm({
      heading: `Revoke “${name}”?`,
      text:
        kind === 'publishable'
          ? `Every page with ${prefix}… stops at once. This cannot be undone.`
          : `Whatever uses ${prefix}… is refused at once. This cannot be undone.`,
      action: 'Revoke key',
      danger: true,
      run: async () => {
        await withProof(() => api.delete(`/v1/sites/${this.site}/keys/${id}`));
        toast({ text: 'The key was revoked.' });
        void this.#task.run();
      },
    });
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<section class="card">
        <header>
          <div>
            <h2>Keys</h2>
            <p class="small muted">Publishable keys go into pages, secret ones stay on your server.</p>
          </div>
          ${
            session.may('keys:write')
              ? html`<button class="button primary" type="button" @click=${() => (this.making = true)}>
                  ${icon('plus')} New key
                </button>`
              : nothing
          }
        </header>
        ${
          known
            ? this.#list(known)
            : this.#task.render({
                initial: () => lines(4),
                pending: () => lines(4),
                error: (error) => failed(error, () => this.#task.run()),
              })
        }
      </section>
      <new-key .open=${this.making} .make=${this.#make} @ic-close=${() => (this.making = false)}></new-key>
      ${this.#shown()}`;
  }

  #list(keys: Key[]): TemplateResult {
    if (keys.length === 0) {
      return html`<p class="empty">No key yet. The widget needs a publishable one.</p>`;
    }
    return html`${keys.map((key) => this.#line(key))}`;
  }

  #line(key: Key): TemplateResult {
    const inUse = key.status === 'active' || key.status === 'expiring';
    return html`<article class=${inUse ? '' : 'ended'}>
      <div>
        <h3>
          ${key.name} <span class="badge">${kinds[key.kind]}</span><span class="badge">${key.mode}</span>
          <span class="badge ${tones[key.status]}">${key.status}</span>
        </h3>
        <p class="small muted"><span class="mono">${key.prefix}…</span> · ${historyOf(key)}</p>
        ${key.scopes.length > 0 ? html`<p class="small muted">May ${key.scopes.join(', ')}</p>` : nothing}
      </div>
      ${
        inUse && session.may('keys:write')
          ? html`<div class="row">
              ${
                key.status === 'active'
                  ? html`<button
                      class="button"
                      type="button"
                      aria-label="Rotate ${key.name}"
                      @click=${() => this.#rotate(key)}
                    >
                      Rotate
                    </button>`
                  : nothing
              }
              <button
                class="button"
                type="button"
                aria-label="Revoke ${key.name}"
                @click=${() => this.#revoke(key)}
              >
                Revoke
              </button>
            </div>`
          : nothing
      }
    </article>`;
  }

  #shown(): TemplateResult {
    const { shown } = this;
    return html`<ic-dialog
      heading="Your new key"
      .open=${shown !== null}
      .busy=${shown !== null}
      @ic-close=${() => (this.shown = null)}
    >
      ${
        shown
          ? html`<div class="stack">
              <p>
                ${
                  shown.kind === 'secret'
                    ? 'Copy it now to where your server keeps its secrets. It is shown this once, and kept here as a hash only.'
                    : 'Copy it into your page. It is shown this once; a lost one is replaced by a new one.'
                }
              </p>
              <ic-copy .text=${shown.key} label="the key"></ic-copy>
            </div>`
          : nothing
      }
      <button slot="actions" class="button primary" type="button" @click=${() => (this.shown = null)}>
        I have copied it
      </button>
    </ic-dialog>`;
  }
}

function historyOf({ status, last_used_at, expires_at, revoked_at, created_at }: Key): string {
  if (revoked_at) return `revoked ${formatDateTime(revoked_at)}`;
  if (status === 'expired' && expires_at) return `expired ${formatDateTime(expires_at)}`;
  const used = last_used_at
    ? `last used ${formatAgo(last_used_at)}`
    : `made ${formatAgo(created_at)}, never used`;
  return expires_at ? `${used} · ends ${formatDateTime(expires_at)}` : used;
}

customElements.define('site-keys', SiteKeys);
