import { css, html, LitElement, type TemplateResult } from 'lit';
import { api } from '../../data/api.ts';
import { followSession, session } from '../../data/session.ts';
import { confirm } from '../../elements/confirm.ts';
import { withProof } from '../../elements/proof.ts';
import { toast } from '../../elements/toast.ts';
import { go, root } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

/** Deletes the tenant that is shown, for its owner. */
export class TenantDeletionPage extends LitElement {
  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 0.375rem;
        padding-inline-start: 1.25rem;
        list-style: disc;
      }
    `,
  ];

  constructor() {
    super();
    followSession(this);
  }

  #delete(name: string): void {
    confirm({
      heading: `Delete ${name}?`,
      text: 'Its keys stop at once, and its videos and photos are deleted. This cannot be undone.',
      action: 'Delete everything',
      danger: true,
      typed: name,
      run: async () => {
        await withProof(() => api.post('/v1/tenants/current/deletion', { name }));
        toast({ text: `${name} is deleted.` });
        await session.load();
        go(root);
      },
    });
  }

  protected override render(): TemplateResult {
    const name = session.membership?.tenant.name ?? '';
    return html`<div class="stack">
      <h1 tabindex="-1">Delete ${name}</h1>
      <section class="card">
        <div class="stack pad-block">
          <p>With it go, for you and every other member:</p>
          <ul>
            <li>its sites, keys and what you have set up for them; the widget stops on every page at once</li>
            <li>every video and photo, also what is being made now</li>
            <li>credits that are left; they are not paid back</li>
            <li>its members, invitations and the log of who did what</li>
          </ul>
          <p>
            What stays for a year are the amounts of the credits, without what they were for. Do you only want
            to leave? Hand it to another member instead.
          </p>
          <div>
            <button class="button danger" type="button" @click=${() => this.#delete(name)}>
              Delete ${name}
            </button>
          </div>
        </div>
      </section>
    </div>`;
  }
}

customElements.define('page-tenant-deletion', TenantDeletionPage);
