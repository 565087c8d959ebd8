import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { to } from '../router.ts';
import { shared } from '../styles/shared.ts';
import { icon, type IconName } from './icons.ts';

export interface NavItem {
  path: string;
  label: string;
  icon: IconName;
}

/**
 * The frame of every page of a member: navigation beside the page, on a telephone behind a button. The default slot
 * is the page; `tenant` the switcher above the navigation, `account` what stands below it.
 */
export class Shell extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: var(--nav) minmax(0, 1fr);
        min-block-size: 100dvh;
      }
      header {
        display: contents;
      }
      header {
        display: contents;
      }
      .skip {
        position: fixed;
        inset: 0.5rem auto auto 0.5rem;
        z-index: 30;
        transform: translateY(-4rem);
      }
      .skip:focus {
        transform: none;
      }
      aside {
        position: sticky;
        inset-block-start: 0;
        display: flex;
        flex-direction: column;
        gap: 1rem;
        block-size: 100dvh;
        padding: 1rem 0.75rem;
        border-inline-end: 1px solid var(--line);
        background: var(--surface);
        overflow-y: auto;
      }
      .brand {
        display: flex;
        gap: 0.625rem;
        align-items: center;
        padding: 0.25rem 0.5rem;
        color: var(--text);
        font-weight: 650;
        font-size: 1.0625rem;
        letter-spacing: -0.01em;
        text-decoration: none;
      }
      .brand svg {
        inline-size: 1.625rem;
        block-size: 1.625rem;
      }
      .mark {
        fill: var(--accent);
      }
      nav {
        flex: 1;
      }
      nav ul {
        display: grid;
        gap: 0.125rem;
      }
      nav a {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        min-block-size: 2.5rem;
        padding: 0.375rem 0.625rem;
        border-radius: 0.625rem;
        color: var(--muted);
        font-weight: 530;
        text-decoration: none;
      }
      nav a:hover {
        background: color-mix(in oklab, var(--text) 5%, transparent);
        color: var(--text);
      }
      nav a[aria-current] {
        background: var(--tint);
        color: var(--accent-text);
      }
      main {
        inline-size: 100%;
        max-inline-size: 76rem;
        margin-inline: auto;
        padding: 2rem clamp(1rem, 3vw, 2.5rem) 4rem;
      }
      .bar {
        display: none;
      }
      @media (max-width: 56rem) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          grid-template-rows: auto 1fr;
        }
        .bar {
          position: sticky;
          inset-block-start: 0;
          z-index: 10;
          display: flex;
          align-items: center;
          justify-content: space-between;
          padding: 0.5rem 0.75rem;
          border-block-end: 1px solid var(--line);
          background: var(--surface);
        }
        aside {
          position: fixed;
          inset: 0 auto 0 0;
          z-index: 12;
          inline-size: min(18rem, 84vw);
          visibility: hidden;
          transform: translateX(-100%);
          transition:
            transform 0.2s var(--ease),
            visibility 0.2s;
        }
        :host([open]) aside {
          visibility: visible;
          transform: none;
          box-shadow: 0 0 48px rgb(16 24 40 / 30%);
        }
        .shade {
          position: fixed;
          inset: 0;
          z-index: 11;
          background: rgb(10 12 16 / 45%);
        }
        main {
          padding-block-start: 1.25rem;
        }
      }
    `,
  ];
  static override properties = {
    items: { attribute: false },
    current: {},
    open: { type: Boolean, reflect: true },
  };

  declare items: readonly NavItem[];
  /** The path of the page that is shown; the item it lies under is marked. */
  declare current: string;
  declare open: boolean;

  constructor() {
    super();
    this.items = [];
    this.current = '';
    this.open = false;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('current')) this.open = false;
  }

  #isCurrent(path: string): boolean {
    return path === '' ? this.current === '' : `${this.current}/`.startsWith(`${path}/`);
  }

  #brand(): TemplateResult {
    return html`<a class="brand" href=${to('')}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect class="mark" width="32" height="32" rx="9" />
        <path
          d="M12.6 9.9v12.2a1 1 0 0 0 1.5.9l9.6-6.1a1 1 0 0 0 0-1.7L14.1 9a1 1 0 0 0-1.5.9Z"
          fill="#fff"
        />
      </svg>
      ImgVid
    </a>`;
  }

  protected override render(): TemplateResult {
    return html`<header>
        <button class="skip button" type="button" @click=${() => this.#skip()}>Skip to the page</button>
        <div class="bar">
          ${this.#brand()}
          <button
            class="button quiet square"
            type="button"
            aria-label="Menu"
            aria-expanded=${this.open}
            aria-controls="nav"
            @click=${() => (this.open = true)}
          >
            ${icon('menu')}
          </button>
        </div>
      </header>
      ${this.open ? html`<div class="shade" @click=${() => (this.open = false)}></div>` : nothing}
      <aside id="nav" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && (this.open = false)}>
        ${this.#brand()}
        <slot name="tenant"></slot>
        <nav aria-label="Console">
          <ul>
            ${this.items.map(
              (item) =>
                html`<li>
                  <a href=${to(item.path)} aria-current=${this.#isCurrent(item.path) ? 'page' : nothing}>
                    ${icon(item.icon)}${item.label}
                  </a>
                </li>`,
            )}
          </ul>
        </nav>
        <slot name="account"></slot>
      </aside>
      <main id="main" tabindex="-1"><slot></slot></main>`;
  }

  #skip(): void {
    this.renderRoot.querySelector('main')?.focus();
  }
}

customElements.define('ic-shell', Shell);
