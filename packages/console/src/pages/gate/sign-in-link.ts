import type { SessionState } from '@imgvid/api/types';
import { html, type TemplateResult } from 'lit';
import { api, ApiError } from '../../data/api.ts';
import { formFailure } from '../../elements/fields.ts';
import { to } from '../../router.ts';
import { GatePage, takeToken } from './gate-page.ts';
import { linkEnded } from './link-ended.ts';
import './second-factor.ts';

/**
 * Behind the link of a mail. It takes a press of a button, for programs that look through mails open every link in
 * them, and would use it up.
 */
export class SignInLinkPage extends GatePage {
  static override properties = { token: { state: true }, pending: { state: true } };

  declare token: string | null;
  declare pending: boolean;

  constructor() {
    super();
    this.token = takeToken();
    this.pending = false;
  }

  #open(): void {
    const { token } = this;
    void this.submission.run(async () => {
      try {
        const { status } = await api.post<SessionState>('/v1/sessions/link/open', { token });
        if (status === 'second_factor_required') this.pending = true;
        else await this.enter();
      } catch (error) {
        if (error instanceof ApiError && error.code === 'gone') this.token = null;
        throw error;
      }
    });
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>${this.#step()}</ic-gate>`;
  }

  #step(): TemplateResult {
    if (this.pending) {
      return html`<ic-second-factor @ic-proven=${() => void this.enter()}></ic-second-factor>`;
    }
    if (this.token === null) return linkEnded(to('sign-in'));
    const { busy } = this.submission;
    return html`<div class="stack">
      <h1 tabindex="-1">Almost there</h1>
      ${formFailure(this.submission)}
      <button class="button primary wide" type="button" ?disabled=${busy} @click=${() => this.#open()}>
        ${busy ? 'Signing in…' : 'Sign in'}
      </button>
    </div>`;
  }
}

customElements.define('page-sign-in-link', SignInLinkPage);
