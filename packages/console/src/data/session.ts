import type { Permission } from '@imgvid/api/types';
import type { ReactiveControllerHost } from 'lit';
import type { Account } from '@imgvid/api/types';
import { api, ApiError, onLeftTenant, onSignedOut, useMode, useTenant, type Mode } from './api.ts';

export type Membership = Account['memberships'][number];

export type SessionState =
  | { status: 'loading' }
  | { status: 'out' }
  | { status: 'failed'; error: unknown }
  | { status: 'in'; account: Account; membership: Membership | null };

const tenantName = 'imgvid-console:tenant';
const modeName = 'imgvid-console:mode';

/** What a browser without storage forgets is chosen again. */
function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Full or forbidden.
  }
}

function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

const listeners = new Set<() => void>();
let state: SessionState = { status: 'loading' };
let mode: Mode = remembered(modeName) === 'live' ? 'live' : 'test';
useMode(mode);

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

onSignedOut(() => become({ status: 'out' }));
// Removed while the page was open: what is left is asked for anew.
onLeftTenant(() => {
  useTenant(null);
  void session.load();
});
// Going over to another tenant or mode in one tab is known to the others.
addEventListener('storage', ({ key }) => {
  if (key === tenantName || key === modeName) location.reload();
});

export const session = {
  get state(): SessionState {
    return state;
  },
  get mode(): Mode {
    return mode;
  },
  get account(): Account | null {
    return state.status === 'in' ? state.account : null;
  },
  get membership(): Membership | null {
    return state.status === 'in' ? state.membership : null;
  },
  may(permission: Permission): boolean {
    return this.membership?.permissions.includes(permission) ?? false;
  },

  /** Asks who is signed in. */
  async load(): Promise<void> {
    try {
      const account = await api.get<Account>('/v1/account');
      const { memberships } = account;
      const wanted = remembered(tenantName);
      const membership = memberships.find(({ tenant }) => tenant.id === wanted) ?? memberships[0] ?? null;
      useTenant(membership?.tenant.id ?? null);
      become({ status: 'in', account, membership });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) become({ status: 'out' });
      else become({ status: 'failed', error });
    }
  },

  /** Goes on in a tenant that was just made. */
  async enter(id: string): Promise<void> {
    await this.load();
    this.switchTenant(id);
  },

  retry(): void {
    become({ status: 'loading' });
    void this.load();
  },

  switchTenant(id: string): void {
    remember(tenantName, id);
    useTenant(id);
    if (state.status !== 'in') return;
    const membership = state.account.memberships.find(({ tenant }) => tenant.id === id) ?? null;
    become({ ...state, membership });
  },

  switchMode(next: Mode): void {
    mode = next;
    remember(modeName, next);
    useMode(next);
    become(state);
  },

  async signOut(): Promise<void> {
    await api.delete('/v1/sessions/current');
    useTenant(null);
    become({ status: 'out' });
  },
};

/** Draws the host again when who is signed in, the tenant or the mode changes. */
export function followSession(host: ReactiveControllerHost, changed: () => void = () => {}): void {
  const follow = (): void => {
    host.requestUpdate();
    changed();
  };
  host.addController({
    hostConnected: () => void listeners.add(follow),
    hostDisconnected: () => void listeners.delete(follow),
  });
}
