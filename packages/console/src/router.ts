import type { Permission } from '@imgvid/api/types';
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { followPlace, keepPlace } from './place.ts';

export type Params = Readonly<Record<string, string>>;

export interface Route {
  /** Below the console's root; `:name` stands for one part: `sites/:site/keys`. */
  path: string;
  title: string;
  /** Who may see it: those not signed in, everybody who is, or members with this permission. */
  access: 'public' | 'person' | { permission: Permission };
  load: () => Promise<unknown>;
  render: (params: Params) => TemplateResult;
}

export interface Place {
  route: Route;
  params: Params;
}

export const root = '/console/';

/** The address of a page of the console. */
export const to = (path: string): string => root + path;

/** The route that fits a path below the root, and what its `:names` stand for. */
function match(routes: readonly Route[], path: string): Place | null {
  const given = path.split('/').filter(Boolean);
  for (const route of routes) {
    const wanted = route.path.split('/').filter(Boolean);
    if (wanted.length !== given.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, i) => {
      const actual = given[i] ?? '';
      if (!part.startsWith(':')) return part === actual;
      params[part.slice(1)] = safeDecode(actual);
      return true;
    });
    if (fits) return { route, params };
  }
  return null;
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A path of ours to go back to after signing in, never an address elsewhere. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith(root)) return root;
  const url = new URL(next, location.origin);
  return url.origin === location.origin && url.pathname.startsWith(root) ? url.pathname + url.search : root;
}

/** Goes to another page of the console without loading it anew. */
export function go(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', href);
  else {
    keepPlace();
    history.pushState(null, '', href);
  }
  dispatchEvent(new Event('imgvid-navigate'));
}

/** Keeps the host on the page that the address names; ordinary links and the back button do the rest. */
export class Router implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #routes: readonly Route[];
  readonly #arrived: (place: Place | null) => void;

  place: Place | null = null;
  #unfollowPlace: () => void = () => {};

  constructor(
    host: ReactiveControllerHost,
    routes: readonly Route[],
    arrived: (place: Place | null) => void,
  ) {
    this.#host = host;
    this.#routes = routes;
    this.#arrived = arrived;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unfollowPlace = followPlace();
    addEventListener('popstate', this.#follow);
    addEventListener('imgvid-navigate', this.#follow);
    document.addEventListener('click', this.#click);
    this.#follow();
  }

  hostDisconnected(): void {
    this.#unfollowPlace();
    removeEventListener('popstate', this.#follow);
    removeEventListener('imgvid-navigate', this.#follow);
    document.removeEventListener('click', this.#click);
  }

  readonly #follow = (): void => {
    const before = this.place;
    const path = location.pathname.startsWith(root) ? location.pathname.slice(root.length) : '';
    const place = match(this.#routes, path);
    this.#host.requestUpdate();
    const same =
      before !== null &&
      before.route === place?.route &&
      JSON.stringify(before.params) === JSON.stringify(place.params);
    // The same page with another query is not arrived at once more.
    if (same) return;
    this.place = place;
    this.#arrived(place);
  };

  readonly #click = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!link || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !link.pathname.startsWith(root)) return;
    event.preventDefault();
    if (link.href !== location.href) go(link.href);
  };
}
