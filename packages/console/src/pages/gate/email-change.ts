import { html, type TemplateResult } from 'lit';
import { api, ApiError } from '../../data/api.ts';
import { session } from '../../data/session.ts';
import { formFailure } from '../../elements/fields.ts';
import { to } from '../../router.ts';
import { GatePage, takeToken } from './gate-page.ts';
import { linkEnded } from './link-ended.ts';

type Step = 'ask' | 'signed-out' | 'done' | 'ended';

/**
 * Behind the links of a change of address: to use the new one, or with `stop` to keep the old one. It takes a press of
 * a button, since programs that look through mails open every link.
 */
export class EmailChangePage extends GatePage {
  static override properties = { stop: { type: Boolean }, step: { state: true } };

  declare stop: boolean;
  declare step: Step;
  readonly #token = takeToken();

  constructor() {
    super();
    this.stop = false;
    this.step = this.#token === null ? 'ended' : 'ask';
  }

  #act(): void {
    const path = `/v1/account/email/${this.stop ? 'stop' : 'complete'}`;
    void this.submission.run(async () => {
      try {
        await api.post(path, { token: this.#token });
        this.step = 'done';
        await session.load();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === 'gone') this.step = 'ended';
        else if (error.status === 401) this.step = 'signed-out';
        else throw error;
      }
    });
  }

  protected override render(): TemplateResult {
    return html`<ic-gate>${this.#step()}</ic-gate>`;
  }

  #step(): TemplateResult {
    const { busy } = this.submission;
    switch (this.step) {
      case 'ended':
        return linkEnded(to('account'));
      case 'signed-out':
        return html`<div class="stack" role="alert">
          <h1 tabindex="-1">Sign in first</h1>
          <p>
            You are not signed in in this browser. Sign in with your address so far, then open the link in the
            mail once more: it still works.
          </p>
          <a class="button primary wide" href=${to('sign-in')}>Sign in</a>
        </div>`;
      case 'done':
        return this.stop ? stopped : changed;
      default:
        return html`<div class="stack">
          <div>
            <h1 tabindex="-1">${this.stop ? 'Keep your address' : 'Your new address'}</h1>
            <p class="muted">
              ${
                this.stop
                  ? 'Your account has the address of this mail, now or again, and every session ends.'
                  : 'From now on you sign in with it, and our mails go there. Your other sessions end.'
              }
            </p>
          </div>
          ${formFailure(this.submission)}
          <button class="button primary wide" type="button" ?disabled=${busy} @click=${() => this.#act()}>
            ${busy ? 'One moment…' : this.stop ? 'Stop the change' : 'Use this address'}
          </button>
        </div>`;
    }
  }
}

const changed = html`<div class="stack" role="status">
  <h1 tabindex="-1">The address is changed</h1>
  <p>We have told the old one.</p>
  <a class="button primary wide" href=${to('account')}>Go to your account</a>
</div>`;

const stopped = html`<div class="stack" role="status">
  <h1 tabindex="-1">Your address stays</h1>
  <p>Whoever was signed in is out. Choose a new password: somebody may know the one you had.</p>
  <a class="button primary wide" href=${to('password-reset')}>Choose a password</a>
</div>`;

customElements.define('page-email-change', EmailChangePage);
