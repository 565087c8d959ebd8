import type { Member } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { api, sentenceOf } from '../../data/api.ts';
import { givenRoles, roleNames, type GivenRole } from '../../data/roles.ts';
import { session } from '../../data/session.ts';
import { confirm } from '../../elements/confirm.ts';
import { failed, lines } from '../../elements/states.ts';
import { toast } from '../../elements/toast.ts';
import { formatDate } from '../../format.ts';
import { go, root } from '../../router.ts';
import { shared } from '../../styles/shared.ts';

/** The members with their roles, changed and removed here. */
export class MemberList extends LitElement {
  static override styles = [
    shared,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 9.5rem 6rem;
        gap: 0.5rem 1rem;
        align-items: center;
        min-block-size: 4.25rem;
        padding: 0.625rem 1.25rem;
        border-block-start: 1px solid var(--line);
      }
      li:first-child {
        border: 0;
      }
      .name {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.5rem;
        align-items: center;
        font-weight: 550;
        overflow-wrap: anywhere;
      }
      .email {
        overflow-wrap: anywhere;
      }
      .action {
        justify-self: end;
      }
      @media (max-width: 40rem) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
          padding-inline: 1rem;
        }
        .who {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  readonly #task = new Task(this, {
    args: () => [],
    task: async (_, { signal }) => (await api.get<{ data: Member[] }>('/v1/members', {}, signal)).data,
  });

  async #setRole(member: Member, role: GivenRole): Promise<void> {
    await api.patch(`/v1/members/${member.id}`, { role });
    await (member.you ? session.load() : this.#task.run());
  }

  async #changeRole(member: Member, role: GivenRole): Promise<void> {
    const before = member.role as GivenRole;
    try {
      await this.#setRole(member, role);
      toast({
        text: `${member.name} is now ${roleNames[role]}.`,
        // Who has just given up his own rights cannot take them back.
        ...(!member.you && { undo: () => this.#changeRole(member, before).catch(() => undefined) }),
      });
    } catch (error) {
      toast({ text: sentenceOf(error), bad: true });
      throw error;
    } finally {
      this.requestUpdate();
    }
  }

  #choose(member: Member, role: GivenRole): void {
    if (!member.you) {
      void this.#changeRole(member, role).catch(() => undefined);
      return;
    }
    this.requestUpdate();
    confirm({
      heading: `Become ${roleNames[role]} yourself?`,
      text: 'You give up rights that you cannot give back to yourself: somebody else has to.',
      action: 'Change my role',
      danger: true,
      run: () => this.#changeRole(member, role),
    });
  }

  #remove(member: Member): void {
    confirm({
      heading: `Remove ${member.name}?`,
      text: `${member.email} reaches nothing of this tenant any more, at once. Keys that were made stay as they are; revoke those that left with the person.`,
      action: 'Remove member',
      danger: true,
      run: async () => {
        await api.delete(`/v1/members/${member.id}`);
        toast({ text: `${member.name} was removed.` });
        await this.#task.run();
      },
    });
  }

  #leave(member: Member): void {
    const name = session.membership?.tenant.name ?? 'the tenant';
    confirm({
      heading: `Leave ${name}?`,
      text: 'You reach nothing of it any more, at once. Only an invitation brings you back.',
      action: 'Leave',
      danger: true,
      run: async () => {
        await api.delete(`/v1/members/${member.id}`);
        toast({ text: `You have left ${name}.` });
        await session.load();
        go(root);
      },
    });
  }

  protected override render(): TemplateResult {
    const known = this.#task.value;
    return html`<section class="card" aria-label="Members" aria-busy=${known === undefined}>
      ${
        known
          ? html`<ul>
              ${known.map((member) => this.#line(member))}
            </ul>`
          : this.#task.render({
              initial: () => lines(3),
              pending: () => lines(3),
              error: (error) => failed(error, () => this.#task.run()),
            })
      }
    </section>`;
  }

  #line(member: Member): TemplateResult {
    return html`<li>
      <div class="who">
        <p class="name">
          ${member.name} ${member.you ? html`<span class="badge accent">You</span>` : nothing}
          ${
            member.second_factor
              ? html`<span class="badge good">second factor</span>`
              : html`<span class="badge">no second factor</span>`
          }
        </p>
        <p class="small muted email">${member.email} · since ${formatDate(member.created_at)}</p>
      </div>
      ${this.#role(member)}
      <div class="action">${this.#action(member)}</div>
    </li>`;
  }

  #role(member: Member): TemplateResult {
    if (member.role === 'owner' || !session.may('members:write')) {
      return html`<span>${roleNames[member.role]}</span>`;
    }
    return html`<select
      class="input"
      aria-label="Role of ${member.name}"
      @change=${(event: Event) => this.#choose(member, (event.target as HTMLSelectElement).value as GivenRole)}
    >
      ${givenRoles.map(
        (role) =>
          html`<option value=${role} .selected=${live(role === member.role)}>${roleNames[role]}</option>`,
      )}
    </select>`;
  }

  #action(member: Member): TemplateResult | typeof nothing {
    if (member.role === 'owner') return nothing;
    if (member.you) {
      return html`<button class="button" type="button" @click=${() => this.#leave(member)}>Leave</button>`;
    }
    if (!session.may('members:write')) return nothing;
    return html`<button
      class="button"
      type="button"
      aria-label="Remove ${member.name}"
      @click=${() => this.#remove(member)}
    >
      Remove
    </button>`;
  }
}

customElements.define('member-list', MemberList);
