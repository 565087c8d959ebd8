import type { SessionState } from '@imgvid/api/types';
import { html, type TemplateResult } from 'lit';
import { api, ApiError } from '../../data/api.ts';
import { formFailure, textField, valuesOf } from '../../elements/fields.ts';
import { to } from '../../router.ts';
import { GatePage, takeToken } from './gate-page.ts';
import { linkEnded } from './link-ended.ts';
import { passwordChoice } from './password-choice.ts';

/** The second step, behind the mailed link: who somebody is and how he will sign in. */
export class SignUpCompletePage extends GatePage {
  static override properties = { token: { state: true }, byLink: { state: true } };

  declare token: string | null;
  declare byLink: boolean;

  constructor() {
    super();
    this.token = takeToken();
    this.byLink = false;
  }

  #complete(event: Event): void {
    const { name = '', tenant_name = '', password = '' } = valuesOf(event);
    const { token, byLink } = this;
    void this.submission.run(async () => {
      try {
        await api.post<SessionState>('/v1/account/sign-up/complete', {
          token,
          name,
          tenant_name,
          ...(!byLink && { password }),
        });
      } catch (error) {
        if (error instanceof ApiError && error.code === 'gone') this.token = null;
        throw error;
      }
      await this.enter();
    });
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>${this.token === null ? linkEnded(to('sign-up')) : this.#form()}</ic-gate>`;
  }

  #form(): TemplateResult {
    const { busy, fields } = this.submission;
    return html`<form class="stack" @submit=${(event: Event) => this.#complete(event)}>
      <div>
        <h1 tabindex="-1">Welcome</h1>
        <p class="muted">Your address is confirmed. Two names, a password, and you are in.</p>
      </div>
      ${formFailure(this.submission)}
      ${textField({
        name: 'name',
        label: 'Your name',
        autocomplete: 'name',
        required: true,
        maxlength: 100,
        error: fields['name'],
      })}
      ${textField({
        name: 'tenant_name',
        label: 'Company, shop or project',
        autocomplete: 'organization',
        required: true,
        maxlength: 200,
        error: fields['tenant_name'],
      })}
      ${passwordChoice({
        byLink: this.byLink,
        error: fields['password'],
        change: (byLink) => (this.byLink = byLink),
      })}
      <button class="button primary wide" type="submit" ?disabled=${busy}>
        ${busy ? 'One moment…' : 'Make my account'}
      </button>
    </form>`;
  }
}

customElements.define('page-sign-up-complete', SignUpCompletePage);
