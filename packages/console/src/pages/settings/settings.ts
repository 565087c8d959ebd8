import type { Member, Tenant } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { followSession, session } from '../../data/session.ts';
import { failed, lines } from '../../elements/states.ts';
import { to } from '../../router.ts';
import { shared } from '../../styles/shared.ts';
import './hand-over.ts';
import './second-factor.ts';
import './tenant-name.ts';

interface Known {
  tenant: Tenant;
  members: Member[];
}

/** What holds for the tenant as a whole: its name, what it demands of its members, and whose it is. */
export class SettingsPage extends LitElement {
  static override styles = shared;

  readonly #task = new Task(this, {
    args: () => [],
    task: async (_, { signal }): Promise<Known> => {
      const [tenant, { data }] = await Promise.all([
        api.get<Tenant>('/v1/tenants/current', {}, signal),
        api.get<{ data: Member[] }>('/v1/members', {}, signal),
      ]);
      return { tenant, members: data };
    },
  });

  constructor() {
    super();
    followSession(this);
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<div class="stack" @ic-tenant=${() => void this.#task.run()}>
      <h1 tabindex="-1">Settings</h1>
      ${
        known
          ? this.#shown(known)
          : this.#task.render({
              initial: () => waiting,
              pending: () => waiting,
              error: (error) => html`<div class="card">${failed(error, () => this.#task.run())}</div>`,
            })
      }
    </div>`;
  }

  #shown({ tenant, members }: Known): TemplateResult {
    return html`<tenant-name .tenant=${tenant}></tenant-name>
      <tenant-second-factor .tenant=${tenant} .members=${members}></tenant-second-factor>
      ${
        session.may('tenant:transfer')
          ? html`<hand-over .tenant=${tenant} .members=${members}></hand-over>`
          : nothing
      }
      ${session.may('tenant:delete') ? deletion : nothing}`;
  }
}

const deletion = html`<section class="card" aria-labelledby="deletion">
  <header>
    <div>
      <h2 id="deletion">Delete the tenant</h2>
      <p class="small muted">Its sites, keys, videos and members go with it. It cannot be taken back.</p>
    </div>
    <a class="button" href=${to('tenant/deletion')}>Delete…</a>
  </header>
</section>`;

const waiting = html`<div class="card">${lines(4)}</div>
  <div class="card">${lines(3)}</div>`;

customElements.define('page-settings', SettingsPage);
