import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { session, followSession } from './data/session.ts';
import { failed } from './elements/states.ts';
import type { NavItem } from './elements/shell.ts';
import { goBackToPlace, goToTop, placeReturnedTo } from './place.ts';
import { go, root, Router, safeNext, to, type Place } from './router.ts';
import { routes } from './routes.ts';
import { shared } from './styles/shared.ts';
import './elements/account-menu.ts';
import './elements/confirm.ts';
import './elements/new-tenant.ts';
import './elements/offline.ts';
import './elements/proof.ts';
import './elements/shell.ts';
import './elements/tenant-switch.ts';
import './elements/toast.ts';

const nav: readonly (NavItem & { permission: Parameters<typeof session.may>[0] })[] = [
  { path: '', label: 'Overview', icon: 'overview', permission: 'usage:read' },
  { path: 'videos', label: 'Videos', icon: 'videos', permission: 'generations:read' },
  { path: 'sites', label: 'Sites', icon: 'sites', permission: 'sites:read' },
  { path: 'usage', label: 'Usage', icon: 'usage', permission: 'usage:read' },
  { path: 'members', label: 'Members', icon: 'members', permission: 'members:read' },
  { path: 'audit', label: 'Audit log', icon: 'audit', permission: 'audit:read' },
  { path: 'settings', label: 'Settings', icon: 'settings', permission: 'members:read' },
];

/** A page may know better than its heading where reading goes on when somebody comes back; true when it does. */
type ReturnablePage = LitElement & { focusReturned?(): Promise<boolean> };

/** The whole console: finds the page of the address, and whether who is here may see it. */
export class ConsoleApp extends LitElement {
  static override styles = [
    shared,
    css`
      .bare {
        max-inline-size: 30rem;
        margin: 20vh auto 0;
      }
    `,
  ];
  static override properties = { loaded: { state: true }, failure: { state: true } };

  /** The page whose code has arrived; until then the earlier one stays. */
  declare loaded: Place | null;
  declare failure: unknown;
  readonly #router = new Router(this, routes, (place) => void this.#arrive(place));

  constructor() {
    super();
    this.loaded = null;
    this.failure = null;
    followSession(this, () => this.#guard());
    void session.load();
  }

  async #arrive(place: Place | null): Promise<void> {
    this.failure = null;
    try {
      await place?.route.load();
    } catch (error) {
      // A new version may have replaced the file, or the network is away.
      if (place === this.#router.place) this.failure = error;
      return;
    }
    if (place !== this.#router.place) return;
    const first = this.loaded === null;
    this.loaded = place;
    document.title = `${place?.route.title ?? 'Not found'} · ImgVid`;
    this.#guard();
    await this.#settle(first);
  }

  /** After a change of page reading begins at its top, also for screen readers; on the way back, where it ended. */
  async #settle(first: boolean): Promise<void> {
    const y = placeReturnedTo();
    await this.updateComplete;
    const page = this.renderRoot.querySelector<ReturnablePage>('[data-page] > *');
    await page?.updateComplete;
    if (y === null) {
      if (!first) goToTop();
    } else goBackToPlace(y);
    if (first || (y !== null && (await page?.focusReturned?.()))) return;
    (page?.shadowRoot ?? page)?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  /** Who is not signed in comes to the door, and from there back; who is has no business at it. */
  #guard(): void {
    const { place } = this.#router;
    const { status } = session.state;
    if (!place) return;
    if (status === 'out' && place.route.access !== 'public') {
      const here = location.pathname + location.search;
      go(`${to('sign-in')}${here === root ? '' : `?next=${encodeURIComponent(here)}`}`, { replace: true });
    }
    if (status === 'in' && (place.route.path === 'sign-in' || place.route.path === 'sign-up')) {
      go(safeNext(new URLSearchParams(location.search).get('next')), { replace: true });
    }
  }

  protected override render(): TemplateResult {
    return html`${this.#frame()}<ic-confirm></ic-confirm><ic-proof></ic-proof><ic-toasts></ic-toasts>`;
  }

  #frame(): TemplateResult {
    const { loaded } = this;
    const { state } = session;
    if (this.failure !== null && loaded === null) return bare(this.failure, () => location.reload());
    if (loaded?.route.access === 'public')
      return html`<div data-page>${loaded.route.render(loaded.params)}</div>`;
    if (state.status === 'failed') return bare(state.error, () => session.retry());
    if (state.status === 'out') return html``;
    return html`<ic-shell .items=${this.#items()} .current=${this.#path()}>
      <ic-tenant-switch slot="tenant"></ic-tenant-switch>
      <ic-account-menu slot="account"></ic-account-menu>
      <ic-offline></ic-offline>
      ${this.#page()}
    </ic-shell>`;
  }

  #items(): NavItem[] {
    return session.account === null ? [...nav] : nav.filter(({ permission }) => session.may(permission));
  }

  #path(): string {
    return location.pathname.slice(root.length).replace(/\/$/, '');
  }

  #page(): TemplateResult {
    const { loaded } = this;
    const { state, membership, mode } = session;
    if (this.failure !== null)
      return html`<div class="card">${failed(this.failure, () => location.reload())}</div>`;
    if (loaded === null && this.#router.place === null) return missing;
    if (loaded === null || state.status !== 'in') return skeleton;
    const { access } = loaded.route;
    if (access !== 'person') {
      if (membership === null) return nowhere;
      if (membership.second_factor_missing) return secondFactorFirst(membership.tenant.name);
      if (access !== 'public' && !session.may(access.permission)) return notAllowed;
    }
    // Another tenant or mode is another page: nothing of the earlier one stays.
    return html`<div data-page>
      ${keyed(`${membership?.tenant.id} ${mode}`, loaded.route.render(loaded.params))}
    </div>`;
  }
}

const bare = (error: unknown, retry: () => void): TemplateResult =>
  html`<div class="bare card">${failed(error, retry)}</div>`;

const skeleton = html`<div class="stack" aria-busy="true" aria-label="Loading">
  <span class="skeleton line-skeleton"></span>
  <div class="card pad skeleton"><br /><br /><br /></div>
  <div class="card pad skeleton"><br /><br /><br /><br /><br /></div>
</div>`;

const said = (
  heading: string,
  text: TemplateResult | string,
  action: TemplateResult | typeof nothing = nothing,
): TemplateResult =>
  html`<div class="card empty" data-page>
    <h1 tabindex="-1">${heading}</h1>
    <p>${text}</p>
    ${action}
  </div>`;

const missing = said('There is no such page', html`<a href=${root}>Go to the overview</a>`);
const nowhere = said(
  'You belong to no tenant',
  'Ask somebody who does to invite you, or make one of your own.',
  html`<ic-new-tenant></ic-new-tenant>`,
);
const notAllowed = said('This is not for your role', 'An owner or admin can give you another one.');
const secondFactorFirst = (name: string): TemplateResult =>
  said(
    `${name} asks for a second factor`,
    html`<a class="button primary" href=${to('account')}>Turn it on under account security</a>`,
  );

customElements.define('imgvid-console', ConsoleApp);
