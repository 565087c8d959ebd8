import { css, html, LitElement, type TemplateResult } from 'lit';
import { sentenceOf } from '../data/api.ts';
import { session, followSession } from '../data/session.ts';
import { to } from '../router.ts';
import { shared } from '../styles/shared.ts';
import { icon } from './icons.ts';
import { toast } from './toast.ts';

/** Who is signed in, the way to his account, and out. */
export class AccountMenu extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem;
        align-items: center;
        padding-block-start: 0.75rem;
        border-block-start: 1px solid var(--line);
      }
      a {
        display: grid;
        padding: 0.375rem 0.625rem;
        border-radius: 0.625rem;
        color: inherit;
        text-decoration: none;
      }
      a:hover {
        background: color-mix(in oklab, var(--text) 5%, transparent);
      }
      a > * {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .name {
        font-weight: 550;
      }
    `,
  ];

  constructor() {
    super();
    followSession(this);
  }

  async #signOut(): Promise<void> {
    try {
      await session.signOut();
    } catch (error) {
      toast({ text: sentenceOf(error), bad: true });
    }
  }

  protected override render(): TemplateResult {
    const { account } = session;
    return html`<a href=${to('account')} title="Account security">
        <span class="name">${account?.name ?? ' '}</span>
        <span class="small muted">${account?.email ?? ' '}</span>
      </a>
      <button
        class="button quiet square"
        type="button"
        aria-label="Sign out"
        title="Sign out"
        @click=${() => void this.#signOut()}
      >
        ${icon('out')}
      </button>`;
  }
}

customElements.define('ic-account-menu', AccountMenu);
