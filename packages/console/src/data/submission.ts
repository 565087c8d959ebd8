import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { fieldErrors, sentenceOf } from './api.ts';

/** A form on its way to the API: busy, refused as a whole, or refused in single fields. */
export class Submission implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;

  busy = false;
  failure = '';
  fields: Readonly<Record<string, string>> = {};

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  /** Does the work unless it is being done already; true when it went well. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.#set({ busy: true, failure: '', fields: {} });
    try {
      await work();
      this.#set({ busy: false });
      return true;
    } catch (error) {
      const fields = fieldErrors(error);
      this.#set({ busy: false, fields, failure: sentenceOf(error) });
      await this.#host.updateComplete;
      this.#focusFirst();
      return false;
    }
  }

  clear(): void {
    this.#set({ failure: '', fields: {} });
  }

  #set(change: Partial<Pick<Submission, 'busy' | 'failure' | 'fields'>>): void {
    Object.assign(this, change);
    this.#host.requestUpdate();
  }

  #focusFirst(): void {
    this.#host.shadowRoot?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }
}
