import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { api, sentenceOf } from '../../data/api.ts';
import type { SessionList } from '@imgvid/api/types';
import { confirm } from '../../elements/confirm.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { formatAgo, formatDateTime } from '../../format.ts';
import { shared } from '../../styles/shared.ts';

type Session = SessionList['data'][number];

/** Where the account is open, and the way to end each. */
export class AccountSessions extends LitElement {
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
      li:first-child {
        border: 0;
      }
    `,
  ];

  readonly #task = new Task(this, {
    args: () => [],
    task: async (_, { signal }) => (await api.get<SessionList>('/v1/sessions', {}, signal)).data,
  });

  async #end({ id }: Session): Promise<void> {
    try {
      await api.delete(`/v1/sessions/${id}`);
      toast({ text: 'The session was ended.' });
      await this.#task.run();
    } catch (error) {
      toast({ text: sentenceOf(error), bad: true });
    }
  }

  #endOthers(): void {
    confirm({
      heading: 'Sign out everywhere else?',
      text: 'Every other browser that is signed in to your account has to sign in again.',
      action: 'Sign out elsewhere',
      run: async () => {
        await api.delete('/v1/sessions/others');
        toast({ text: 'All other sessions were ended.' });
        await this.#task.run();
      },
    });
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<section class="card">
      <header>
        <div>
          <h2>Sessions</h2>
          <p class="small muted">Where you are signed in.</p>
        </div>
        ${
          known && known.length > 1
            ? html`<button class="button" type="button" @click=${() => this.#endOthers()}>
                Sign out elsewhere
              </button>`
            : nothing
        }
      </header>
      ${
        known
          ? html`<ul>
              ${known.map((one) => this.#line(one))}
            </ul>`
          : this.#task.render({
              initial: () => lines(3),
              pending: () => lines(3),
              error: (error) => failed(error, () => this.#task.run()),
            })
      }
    </section>`;
  }

  #line(one: Session): TemplateResult {
    return html`<li>
      <div>
        <p>
          ${one.device} ${one.current ? html`<span class="badge good">This one</span>` : nothing}
          ${one.second_factor ? html`<span class="badge">second factor</span>` : nothing}
        </p>
        <p class="small muted">
          ${one.network} · last used ${formatAgo(one.last_seen_at)} · began ${formatDateTime(one.created_at)}
        </p>
      </div>
      ${
        one.current
          ? nothing
          : html`<button
              class="button"
              type="button"
              aria-label="End the session of ${one.device}"
              @click=${() => void this.#end(one)}
            >
              End
            </button>`
      }
    </li>`;
  }
}

customElements.define('account-sessions', AccountSessions);
