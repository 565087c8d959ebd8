/**
 * How far down a page was scrolled, kept with its entry in the history: the browser's own way cannot know when what
 * a page reads has come.
 */

interface Kept {
  y?: number;
}

const settleMs = 150;
let timer: ReturnType<typeof setTimeout> | undefined;
let stopGoingBack: () => void = () => {};

/** Where the page of this entry was left; null where it is opened for the first time. */
export const placeReturnedTo = (): number | null => (history.state as Kept | null)?.y ?? null;

/** Keeps where the page is now, before it is left. */
export function keepPlace(): void {
  clearTimeout(timer);
  history.replaceState({ y: Math.round(scrollY) } satisfies Kept, '');
}

function scrolled(): void {
  clearTimeout(timer);
  timer = setTimeout(keepPlace, settleMs);
}

const left = (): void => clearTimeout(timer);

/** Keeps the place from now on, for going back and for reloading. Returns how to stop. */
export function followPlace(): () => void {
  history.scrollRestoration = 'manual';
  addEventListener('scroll', scrolled, { passive: true });
  // The entry has changed already: what was about to be kept belongs to the one before.
  addEventListener('popstate', left);
  addEventListener('pagehide', keepPlace);
  return () => {
    removeEventListener('scroll', scrolled);
    removeEventListener('popstate', left);
    removeEventListener('pagehide', keepPlace);
    left();
  };
}

const byHand = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/** Scrolls to the place as soon as the page is long enough for it, unless the person scrolls first. */
export function goBackToPlace(y: number): void {
  stopGoingBack();
  const arrive = (): boolean => {
    if (document.documentElement.scrollHeight - innerHeight < y) return false;
    scrollTo(0, y);
    return true;
  };
  if (arrive()) return;
  const grown = new ResizeObserver(() => arrive() && stop());
  const stop = (): void => {
    grown.disconnect();
    for (const type of byHand) removeEventListener(type, stop);
  };
  stopGoingBack = stop;
  grown.observe(document.body);
  for (const type of byHand) addEventListener(type, stop, { passive: true });
}

/** A page that is opened begins at its top. */
export function goToTop(): void {
  stopGoingBack();
  scrollTo(0, 0);
}
