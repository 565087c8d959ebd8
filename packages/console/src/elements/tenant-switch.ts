import { css, html, LitElement, type TemplateResult } from 'lit';
import type { Mode } from '../data/api.ts';
import { session, followSession } from '../data/session.ts';
import { shared } from '../styles/shared.ts';
import './new-tenant.ts';

const modes: readonly (readonly [Mode, string])[] = [
  ['test', 'Test'],
  ['live', 'Live'],
];

/** Whose console this is, and whether it shows test or live videos. */
export class TenantSwitch extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 0.625rem;
      }
      .who {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem;
        align-items: center;
      }
      .tenant {
        padding-inline: 0.625rem;
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      fieldset {
        display: grid;
        grid-template-columns: 1fr 1fr;
        padding: 0.1875rem;
        border-radius: 0.625rem;
        background: var(--well);
        border: 1px solid var(--line);
      }
      label {
        position: relative;
        display: grid;
        place-items: center;
        min-block-size: 1.875rem;
        border-radius: 0.4375rem;
        color: var(--muted);
        font-size: 0.8125rem;
        font-weight: 550;
        cursor: pointer;
      }
      label:has(:checked) {
        background: var(--raised);
        color: var(--text);
        box-shadow: 0 1px 2px rgb(16 24 40 / 14%);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--accent-text);
        outline-offset: 1px;
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: pointer;
      }
      .skeleton {
        block-size: 1.375rem;
        margin-inline: 0.625rem;
      }
    `,
  ];

  constructor() {
    super();
    followSession(this);
  }

  protected override render(): TemplateResult {
    return html`<div class="who">${this.#tenant()}<ic-new-tenant small></ic-new-tenant></div>
      <fieldset>
        <legend class="sr">Videos and credits shown</legend>
        ${modes.map(
          ([mode, label]) =>
            html`<label>
              <input
                type="radio"
                name="mode"
                .checked=${session.mode === mode}
                @change=${() => session.switchMode(mode)}
              />${label}
            </label>`,
        )}
      </fieldset>`;
  }

  #tenant(): TemplateResult {
    const { account, membership } = session;
    if (account === null) return html`<div class="skeleton" aria-hidden="true"></div>`;
    const { memberships } = account;
    if (memberships.length < 2) return html`<div class="tenant">${membership?.tenant.name ?? ''}</div>`;
    return html`<select
      aria-label="Tenant"
      class="input"
      @change=${(event: Event) => session.switchTenant((event.target as HTMLSelectElement).value)}
    >
      ${memberships.map(
        ({ tenant }) =>
          html`<option value=${tenant.id} ?selected=${tenant.id === membership?.tenant.id}>
            ${tenant.name}
          </option>`,
      )}
    </select>`;
  }
}

customElements.define('ic-tenant-switch', TenantSwitch);
