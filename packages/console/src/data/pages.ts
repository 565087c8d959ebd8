import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { sentenceOf } from './api.ts';

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/**
 * A long list, read page by page as it is scrolled. `restart` begins anew, for instance with another filter; an
 * answer to an earlier question that comes late is thrown away.
 */
export class PagedList<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;
  #cursor: string | null = null;
  #abort = new AbortController();

  items: T[] = [];
  /** `first` while there is nothing to show yet. */
  state: 'idle' | 'first' | 'more' | 'failed' = 'idle';
  failure = '';

  constructor(
    host: ReactiveControllerHost,
    read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  ) {
    this.#host = host;
    this.#read = read;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#abort.abort();
  }

  get complete(): boolean {
    return this.state === 'idle' && this.#cursor === null;
  }

  async restart(): Promise<void> {
    this.#abort.abort();
    this.#cursor = null;
    this.items = [];
    await this.#load('first');
  }

  async more(): Promise<void> {
    if (this.state === 'idle' && this.#cursor !== null) await this.#load('more');
  }

  /** After a failure: the same page once more. */
  retry(): Promise<void> {
    return this.#load(this.items.length === 0 ? 'first' : 'more');
  }

  change(change: (items: T[]) => T[]): void {
    this.items = change(this.items);
    this.#host.requestUpdate();
  }

  async #load(state: 'first' | 'more'): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.state = state;
    this.#host.requestUpdate();
    try {
      const page = await this.#read(this.#cursor ?? undefined, abort.signal);
      if (abort.signal.aborted) return;
      this.items = [...this.items, ...page.data];
      this.#cursor = page.next_cursor;
      this.state = 'idle';
    } catch (error) {
      if (abort.signal.aborted) return;
      this.state = 'failed';
      this.failure = sentenceOf(error);
    }
    this.#host.requestUpdate();
  }
}
