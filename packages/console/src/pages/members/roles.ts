import { permissionNames, permissions, roleMay, roles, type Role } from '@imgvid/api/permissions';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { roleNames } from '../../data/roles.ts';
import { session } from '../../data/session.ts';
import { icon } from '../../elements/icons.ts';
import { shared } from '../../styles/shared.ts';

/** What each role may do: the table that the server goes by. */
export class RoleTable extends LitElement {
  static override styles = [
    shared,
    css`
      th[scope='row'] {
        font-weight: 400;
        white-space: normal;
        min-inline-size: 11rem;
      }
      td,
      thead th:not(:first-child) {
        padding-inline: 0.5rem;
        text-align: center;
      }
      td .icon {
        vertical-align: middle;
        color: var(--good);
      }
      .yours {
        background: var(--tint);
      }
      thead .yours {
        color: var(--accent-text);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const yours = session.membership?.role;
    const tone = (role: Role): string => (role === yours ? 'yours' : '');
    return html`<section class="card">
      <header>
        <div>
          <h2 id="heading">What roles may do</h2>
          <p class="small muted">Your own role is coloured.</p>
        </div>
      </header>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="heading">
        <table>
          <thead>
            <tr>
              <th scope="col">May</th>
              ${roles.map((role) => html`<th scope="col" class=${tone(role)}>${roleNames[role]}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${permissionNames.map(
              (permission) =>
                html`<tr>
                  <th scope="row">${permissions[permission].what}</th>
                  ${roles.map(
                    (role) =>
                      html`<td class=${tone(role)}>
                        ${
                          roleMay(role, permission)
                            ? html`${icon('check')}<span class="sr">yes</span>`
                            : html`<span class="sr">no</span>`
                        }
                      </td>`,
                  )}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

customElements.define('role-table', RoleTable);
