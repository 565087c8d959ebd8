import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Stage } from '../events.ts';

/**
 * What a screen reader is told, in one polite region: each change of stage and each quarter of the way, once.
 */
export class Announcer implements ReactiveController {
  text = '';
  readonly #host: ReactiveControllerHost;
  #stage: Stage | '' = '';
  #quarter = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.text = '';
  }

  say(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#host.requestUpdate();
  }

  /** `sentence` is only asked for when there is something new to say. */
  progress(stage: Stage, fraction: number, sentence: (quarter: number) => string): void {
    const quarter = Math.floor(fraction * 4 + 1e-9) / 4;
    if (stage === this.#stage && quarter <= this.#quarter) return;
    this.#stage = stage;
    this.#quarter = quarter;
    // The end has a sentence of its own.
    if (quarter < 1) this.say(sentence(quarter));
  }

  /** A new story begins. */
  reset(): void {
    this.#stage = '';
    this.#quarter = 0;
  }
}
