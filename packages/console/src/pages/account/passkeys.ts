import { Task } from '@lit/task';
import type { Account, NewPasskey, Passkey, PasskeyList, PasskeyOptions } from '@imgvid/api/types';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { canUsePasskeys, makePasskey } from '../../data/passkeys.ts';
import { session } from '../../data/session.ts';
import { Submission } from '../../data/submission.ts';
import { confirm } from '../../elements/confirm.ts';
import '../../elements/dialog.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { withProof } from '../../elements/proof.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { formatAgo, formatDate } from '../../format.ts';
import { shared } from '../../styles/shared.ts';
import './recovery-codes.ts';

/** Adds, names and removes passkeys. */
export class AccountPasskeys extends LitElement {
  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 1rem;
        align-items: center;
        min-block-size: 4rem;
        padding: 0.625rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
    `,
  ];
  static override properties = {
    account: { attribute: false },
    naming: { state: true },
    codes: { state: true },
  };

  declare account: Account;
  /** The passkey that is renamed; `new` for one to be made; null: none. */
  declare naming: Passkey | 'new' | null;
  declare codes: readonly string[] | null;
  readonly #submission = new Submission(this);
  readonly #task = new Task(this, {
    args: () => [],
    task: async (_, { signal }) => (await api.get<PasskeyList>('/v1/account/passkeys', {}, signal)).data,
  });

  constructor() {
    super();
    this.naming = null;
    this.codes = null;
  }

  #save(event: Event): void {
    const { naming } = this;
    const { name = '' } = valuesOf(event);
    void this.#submission.run(async () => {
      if (naming === 'new') await this.#add(name);
      else if (naming) await api.patch(`/v1/account/passkeys/${naming.id}`, { name });
      this.naming = null;
      await this.#task.run();
    });
  }

  async #add(name: string): Promise<void> {
    const { options } = await withProof(() => api.post<PasskeyOptions>('/v1/account/passkeys/options'));
    const credential = await makePasskey(options);
    const made = await api.post<NewPasskey>('/v1/account/passkeys', { name, credential });
    this.codes = made.recovery_codes;
    toast({ text: 'The passkey is added.' });
    await session.load();
  }

  #remove({ id, name }: Passkey): void {
    confirm({
      heading: `Remove ${name}?`,
      text: 'It opens your account no more. Delete it from the device or the password manager too.',
      action: 'Remove it',
      danger: true,
      run: async () => {
        await withProof(() => api.delete(`/v1/account/passkeys/${id}`));
        toast({ text: 'The passkey is removed.' });
        await Promise.all([this.#task.run(), session.load()]);
      },
    });
  }

  #name(naming: Passkey | 'new'): void {
    this.#submission.clear();
    this.naming = naming;
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<section class="card">
        <header>
          <div>
            <h2>Passkeys</h2>
            <p class="small muted">
              Sign in with a finger, a face or the PIN of your device: no password, no code, and nothing that
              a false page could ask you for.
            </p>
          </div>
          ${
            canUsePasskeys()
              ? html`<button class="button" type="button" @click=${() => this.#name('new')}>
                  Add a passkey
                </button>`
              : nothing
          }
        </header>
        ${canUsePasskeys() ? nothing : html`<p class="pad-block muted">This browser has none for this page.</p>`}
        ${
          known
            ? this.#list(known)
            : this.#task.render({
                pending: () => lines(1),
                error: (error) => failed(error, () => this.#task.run()),
              })
        }
      </section>
      ${this.#dialog()}
      <recovery-codes .codes=${this.codes} @ic-close=${() => (this.codes = null)}></recovery-codes>`;
  }

  #list(passkeys: readonly Passkey[]): TemplateResult | typeof nothing {
    if (passkeys.length === 0) return nothing;
    return html`<ul>
      ${passkeys.map(
        (one) =>
          html`<li>
            <div>
              <p>
                ${one.name} ${one.backed_up ? html`<span class="badge">on all your devices</span>` : nothing}
              </p>
              <p class="small muted">
                ${one.last_used_at === null ? 'not used yet' : `last used ${formatAgo(one.last_used_at)}`} ·
                added ${formatDate(one.created_at)}
              </p>
            </div>
            <div class="row">
              <button
                class="button"
                type="button"
                aria-label="Rename ${one.name}"
                @click=${() => this.#name(one)}
              >
                Rename
              </button>
              <button
                class="button"
                type="button"
                aria-label="Remove ${one.name}"
                @click=${() => this.#remove(one)}
              >
                Remove
              </button>
            </div>
          </li>`,
      )}
    </ul>`;
  }

  #dialog(): TemplateResult {
    const { naming } = this;
    const { busy, fields } = this.#submission;
    return html`<ic-dialog
      heading=${naming === 'new' ? 'Add a passkey' : 'Rename the passkey'}
      .open=${naming !== null}
      .busy=${busy}
      @ic-close=${() => (this.naming = null)}
    >
      ${
        naming === null
          ? nothing
          : html`<form id="passkey" class="stack" @submit=${(event: Event) => this.#save(event)}>
              ${formFailure(this.#submission)}
              ${textField({
                name: 'name',
                label: 'Name of the passkey',
                hint: 'So that you know it again: the device, or the password manager.',
                required: true,
                maxlength: 100,
                ...(naming === 'new' ? {} : { value: naming.name }),
                error: fields['name'],
              })}
            </form>`
      }
      <button slot="actions" class="button" type="button" @click=${() => (this.naming = null)}>Cancel</button>
      <button slot="actions" class="button primary" type="submit" form="passkey" ?disabled=${busy}>
        ${naming === 'new' ? 'Go on' : 'Rename'}
      </button>
    </ic-dialog>`;
  }
}

customElements.define('account-passkeys', AccountPasskeys);
