import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { sentenceOf } from './api.ts';

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** What was read so far, to go on from later. */
export interface ReadSoFar<T> {
  items: T[];
  cursor: string | null;
}

/**
 * A long list, read page by page as it is scrolled. `restart` begins anew, for instance with another filter; an
 * answer to an earlier question that comes late is thrown away.
 */
export class PagedList<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;
  #cursor: string | null = null;
  #atLeast = 1;
  #abort = new AbortController();

  /** Grows in place: with ten thousand rows, a copy for each page would be half a million. */
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

  get soFar(): ReadSoFar<T> {
    return { items: this.items, cursor: this.#cursor };
  }

  /** Reads from the beginning: a page, or as many as it takes to have `atLeast` items again. */
  async restart({ atLeast = 1 } = {}): Promise<void> {
    this.#abort.abort();
    this.#cursor = null;
    this.items = [];
    this.#atLeast = atLeast;
    await this.#load('first');
  }

  /** Goes on from what was read before. */
  resume({ items, cursor }: ReadSoFar<T>): void {
    this.#abort.abort();
    this.items = items;
    this.#cursor = cursor;
    this.state = 'idle';
    this.#host.requestUpdate();
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
      do {
        const page = await this.#read(this.#cursor ?? undefined, abort.signal);
        if (abort.signal.aborted) return;
        this.items.push(...page.data);
        this.#cursor = page.next_cursor;
      } while (this.#cursor !== null && this.items.length < this.#atLeast);
      this.state = 'idle';
    } catch (error) {
      if (abort.signal.aborted) return;
      this.state = 'failed';
      this.failure = sentenceOf(error);
    }
    this.#host.requestUpdate();
  }
}
