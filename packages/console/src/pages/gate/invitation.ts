import type { InvitationView } from '@imgvid/api/types';
import { Task } from '@lit/task';
import { html, type TemplateResult } from 'lit';
import { api, ApiError } from '../../data/api.ts';
import { roleNames } from '../../data/roles.ts';
import { followSession, session } from '../../data/session.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { failed, lines } from '../../elements/states.ts';
import { go, root, to } from '../../router.ts';
import { GatePage, takeToken } from './gate-page.ts';
import { passwordChoice } from './password-choice.ts';

const keptName = 'imgvid-console:invitation';

/** The token outlives signing in and a reload in this tab, and nothing else. */
function keptToken(): string | null {
  const token = takeToken();
  try {
    if (token !== null) sessionStorage.setItem(keptName, token);
    return token ?? sessionStorage.getItem(keptName);
  } catch {
    return token;
  }
}

function forgetToken(): void {
  try {
    sessionStorage.removeItem(keptName);
  } catch {
    // Forbidden: then it was not kept either.
  }
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Behind the link of an invitation: whoever is signed in joins, others sign in or make an account and join. */
export class InvitationPage extends GatePage {
  static override properties = { byLink: { state: true } };

  declare byLink: boolean;
  readonly #token = keptToken();
  readonly #task = new Task(this, {
    args: () => [],
    task: async () => {
      if (this.#token === null) return null;
      try {
        return await api.post<InvitationView>('/v1/account/invitations/view', { token: this.#token });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 410) throw error;
        forgetToken();
        return null;
      }
    },
  });

  constructor() {
    super();
    this.byLink = false;
    followSession(this);
  }

  /** Into the tenant that was joined: the one that was not there before. */
  async #joined(): Promise<void> {
    forgetToken();
    const before = new Set(session.account?.memberships.map(({ tenant }) => tenant.id));
    await session.load();
    const joined = session.account?.memberships.find(({ tenant }) => !before.has(tenant.id));
    if (joined) session.switchTenant(joined.tenant.id);
    go(root, { replace: true });
  }

  #accept(): void {
    void this.submission.run(async () => {
      await api.post('/v1/account/invitations/accept', { token: this.#token });
      await this.#joined();
    });
  }

  #signUp(event: Event): void {
    const { name = '', password = '' } = valuesOf(event);
    void this.submission.run(async () => {
      await api.post('/v1/account/sign-up/invited', {
        token: this.#token,
        name,
        ...(!this.byLink && { password }),
      });
      await this.#joined();
    });
  }

  #changeAccount(): void {
    void this.submission.run(async () => {
      await session.signOut();
      go(signIn, { replace: true });
    });
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>
      ${this.#task.render({
        initial: () => lines(4),
        pending: () => lines(4),
        complete: (invitation) => (invitation === null ? ended : this.#shown(invitation)),
        error: (error) => failed(error, () => this.#task.run()),
      })}
    </ic-gate>`;
  }

  #shown(invitation: InvitationView): TemplateResult {
    const { tenant_name, role, email } = invitation;
    return html`<div class="stack">
      <div>
        <h1 tabindex="-1">Join ${tenant_name}</h1>
        <p class="muted">You are invited as ${roleNames[role]}, by the address ${email}.</p>
      </div>
      ${formFailure(this.submission)} ${this.#step(invitation)}
    </div>`;
  }

  #step({ email, tenant_name }: InvitationView): TemplateResult {
    const { busy } = this.submission;
    const { state } = session;
    if (state.status === 'loading') return lines(2);
    if (state.status !== 'in') return this.#signUpForm();
    if (!same(state.account.email, email)) {
      return html`<p>
          You are signed in as ${state.account.email}. The invitation is for ${email}: sign in with that
          account, or ask to be invited under yours.
        </p>
        <button
          class="button primary wide"
          type="button"
          ?disabled=${busy}
          @click=${() => this.#changeAccount()}
        >
          Sign in as ${email}
        </button>
        <a class="button wide" href=${root}>Stay as I am</a>`;
    }
    return html`<button
        class="button primary wide"
        type="button"
        ?disabled=${busy}
        @click=${() => this.#accept()}
      >
        ${busy ? 'Joining…' : `Join ${tenant_name}`}
      </button>
      <a class="button wide" href=${root}>Not now</a>`;
  }

  #signUpForm(): TemplateResult {
    const { busy, fields } = this.submission;
    return html`<form class="stack" @submit=${(event: Event) => this.#signUp(event)}>
        ${textField({
          name: 'name',
          label: 'Your name',
          autocomplete: 'name',
          required: true,
          maxlength: 100,
          error: fields['name'],
        })}
        ${passwordChoice({
          byLink: this.byLink,
          error: fields['password'],
          change: (byLink) => (this.byLink = byLink),
        })}
        <button class="button primary wide" type="submit" ?disabled=${busy}>
          ${busy ? 'One moment…' : 'Make my account and join'}
        </button>
      </form>
      <span class="or small muted">or</span>
      <a class="button wide" href=${signIn}>I have an account</a>`;
  }
}

const signIn = `${to('sign-in')}?next=${encodeURIComponent(to('invitation'))}`;

const ended = html`<div class="stack" role="alert">
  <h1 tabindex="-1">This invitation does not hold any more</h1>
  <p>It was used, taken back, replaced by a newer one, or is older than 7 days. Ask for a new one.</p>
  <a class="button primary wide" href=${root}>Go to the console</a>
</div>`;

customElements.define('page-invitation', InvitationPage);
