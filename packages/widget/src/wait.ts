const listen = (signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = (settle: () => void): void => {
      stop();
      signal.removeEventListener('abort', abort);
      settle();
    };
    const abort = (): void => end(() => reject(signal.reason as Error));
    const stop = start(() => end(resolve));
    signal.addEventListener('abort', abort);
  });

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  listen(signal, (done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  });

/** 0.5 s, 1 s, 2 s, 4 s, each with up to half as much again, so that many visitors do not come back as one. */
export const backoff = (attempt: number, signal: AbortSignal): Promise<void> =>
  sleep(250 * 2 ** attempt * (1 + Math.random() / 2), signal);

export const untilOnline = (signal: AbortSignal): Promise<void> =>
  navigator.onLine
    ? Promise.resolve()
    : listen(signal, (done) => {
        addEventListener('online', done);
        return () => removeEventListener('online', done);
      });
