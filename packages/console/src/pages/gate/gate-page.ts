import { css, LitElement } from 'lit';
import { Submission } from '../../data/submission.ts';
import { session } from '../../data/session.ts';
import { go, root, safeNext } from '../../router.ts';
import { shared } from '../../styles/shared.ts';
import '../../elements/gate.ts';

/** What the pages before the console share. */
export class GatePage extends LitElement {
  static override styles = [
    shared,
    css`
      form,
      .stack {
        gap: 1.125rem;
      }
      .or {
        display: grid;
        grid-template-columns: 1fr auto 1fr;
        gap: 0.75rem;
        align-items: center;
      }
      .or::before,
      .or::after {
        content: '';
        block-size: 1px;
        background: var(--line);
      }
    `,
  ];

  readonly submission = new Submission(this);

  /** Into the console, to where the person wanted to go. */
  protected async enter(): Promise<void> {
    // Read first: as soon as somebody is signed in, the sign-in page is left.
    const next = safeNext(new URLSearchParams(location.search).get('next'));
    await session.load();
    go(next, { replace: true });
  }
}

/**
 * The token of a mailed link, which stands behind `#`. It leaves the address at once, so that it is neither
 * bookmarked nor seen over a shoulder.
 */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

/** Keeps the wish where to go after signing in from one of these pages to the next. */
export const withNext = (path: string): string => {
  const next = new URLSearchParams(location.search).get('next');
  return root + path + (next === null ? '' : `?next=${encodeURIComponent(next)}`);
};
