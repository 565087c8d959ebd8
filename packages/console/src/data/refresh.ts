import type { ReactiveControllerHost } from 'lit';

/** Runs something again and again while the page is looked at; never two at once. */
export function refresh(host: ReactiveControllerHost, everyMs: number, work: () => Promise<unknown>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    timer = setTimeout(() => void run(), everyMs);
  };
  const run = async (): Promise<void> => {
    const mine = timer;
    // What fails now may work the next time; whoever asked first has heard of it.
    if (document.visibilityState === 'visible') await work().catch(() => {});
    if (timer === mine) plan();
  };
  host.addController({
    hostConnected: plan,
    hostDisconnected: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  });
}
